import { describe, expect, it, vi } from 'vitest';
import { type Channel, Comm, type CommEvent } from '../../src/widgets/comm';
import type { PageMessage } from '../../src/protocol';

function setUp() {
  const sent: PageMessage[] = [];
  const acknowledge: (() => void)[] = [];
  const channel: Channel = {
    send(message, _buffers, onAcknowledged) {
      sent.push(message);
      acknowledge.push(onAcknowledged ?? (() => undefined));
      return `page:${sent.length}`;
    },
  };
  const forget = vi.fn();
  const afterAcknowledgement = vi.fn();
  const comm = new Comm('id', 'jupyter.widget', channel, forget, afterAcknowledgement);
  return { comm, sent, acknowledge, forget, afterAcknowledgement };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('Comm', () => {
  it('sends messages and gives their ids', () => {
    const { comm, sent } = setUp();
    expect(comm.send({ method: 'update' })).toBe('page:1');
    comm.send({}, undefined, { version: '2' });
    comm.close();
    expect(sent).toEqual([
      ['msg', 'id', { method: 'update' }],
      ['msg', 'id', {}, { metadata: { version: '2' } }],
      ['close', 'id', {}],
    ]);
  });

  it('tells a model that its message has been processed, as its throttle expects', () => {
    const { comm, acknowledge, afterAcknowledgement } = setUp();
    const status = vi.fn();
    comm.send({}, { iopub: { status } });
    expect(status).not.toHaveBeenCalled();
    acknowledge[0]!();
    expect(status).toHaveBeenCalledWith({ content: { execution_state: 'idle' } });
    expect(afterAcknowledgement).toHaveBeenCalledWith(comm, 'page:1');
  });

  it('is unconfirmed until the server knows of it', () => {
    const { comm, acknowledge } = setUp();
    comm.open({});
    expect(comm.unconfirmed).toBe(true);
    acknowledge[0]!();
    expect(comm.unconfirmed).toBe(false);
  });

  it('keeps messages until there is a model', async () => {
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.deliver({ n: 1 }, []);
    comm.on_msg((message: CommEvent) => seen.push(message.content.data['n']));
    comm.deliver({ n: 2 }, []);
    await settle();
    comm.deliver({ n: 3 }, []);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('gives a new model all updates before anybody can ask it for a view', async () => {
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.deliver({ n: 1 }, []);
    comm.deliver({ n: 2 }, []);
    comm.on_msg((message: CommEvent) => {
      seen.push(message.content.data['n']);
      return settle();
    });
    await Promise.resolve();
    expect(seen).toEqual([1, 2]);
  });

  it('holds custom messages until the model has done what came before', async () => {
    const { comm } = setUp();
    const done: unknown[] = [];
    const update = (n: number) => comm.deliver({ method: 'update', n }, []);
    const custom = (n: number) => comm.deliver({ method: 'custom', n }, []);
    update(1);
    custom(2);
    update(3);
    comm.on_msg(async ({ content: { data } }: CommEvent) => {
      if (data['method'] === 'update') {
        await settle();
      }
      done.push(data['n']);
    });
    await settle();
    custom(4);
    await settle();
    await settle();
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('delivers at once when nothing waits', () => {
    const { comm } = setUp();
    const handler = vi.fn();
    comm.on_msg(handler);
    comm.deliver({}, [], { parent: 'page:7' });
    expect(handler).toHaveBeenCalledOnce();
    expect((handler.mock.calls[0]![0] as CommEvent).parent_header).toEqual({ msg_id: 'page:7' });
  });

  it('holds a message, and all behind it, until what it follows is done', async () => {
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.on_msg((message: CommEvent) => seen.push(message.content.data['n']));
    let finish: () => void = () => undefined;
    comm.deliver({ n: 1 }, [], {}, new Promise<void>((resolve) => (finish = resolve)));
    comm.deliver({ n: 2 }, []);
    await settle();
    expect(seen).toEqual([]);
    finish();
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  it('goes on after a handler that fails', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.deliver({ n: 1 }, []);
    comm.deliver({ n: 2 }, []);
    comm.on_msg((message: CommEvent) => {
      seen.push(message.content.data['n']);
      throw new Error('bad');
    });
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  it('is forgotten when either side closes it', () => {
    const { comm, forget } = setUp();
    const onClose = vi.fn();
    comm.on_close(onClose);
    comm.deliverClose();
    expect(onClose).toHaveBeenCalledOnce();
    expect(forget).toHaveBeenCalledWith(comm);
  });
});
