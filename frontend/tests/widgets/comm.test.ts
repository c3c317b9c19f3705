import { describe, expect, it, vi } from 'vitest';
import { type Channel, Comm, type CommEvent } from '../../src/widgets/comm';
import type { PageMessage } from '../../src/protocol';
import { flush } from '../flush';

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


describe('Comm', () => {
  it('sends messages and returns their ids', () => {
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

  it('notifies a model that its message has been handled, as its throttle expects', () => {
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
    await flush();
    comm.deliver({ n: 3 }, []);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('passes all updates to a new model before a view can be created', async () => {
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.deliver({ n: 1 }, []);
    comm.deliver({ n: 2 }, []);
    comm.on_msg((message: CommEvent) => {
      seen.push(message.content.data['n']);
      return flush();
    });
    await Promise.resolve();
    expect(seen).toEqual([1, 2]);
  });

  it('holds custom messages until the model has handled the messages before', async () => {
    const { comm } = setUp();
    const done: unknown[] = [];
    const update = (n: number) => comm.deliver({ method: 'update', n }, []);
    const custom = (n: number) => comm.deliver({ method: 'custom', n }, []);
    update(1);
    custom(2);
    update(3);
    comm.on_msg(async ({ content: { data } }: CommEvent) => {
      if (data['method'] === 'update') {
        await flush();
      }
      done.push(data['n']);
    });
    await flush();
    custom(4);
    await flush();
    await flush();
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('delivers at once if nothing is waiting', () => {
    const { comm } = setUp();
    const handler = vi.fn();
    comm.on_msg(handler);
    comm.deliver({}, [], { parent: 'page:7' });
    expect(handler).toHaveBeenCalledOnce();
    expect((handler.mock.calls[0]![0] as CommEvent).parent_header).toEqual({ msg_id: 'page:7' });
  });

  it('holds a message, and all after it, until the promise that it waits for has settled', async () => {
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.on_msg((message: CommEvent) => seen.push(message.content.data['n']));
    let finish: () => void = () => undefined;
    comm.deliver({ n: 1 }, [], {}, new Promise<void>((resolve) => (finish = resolve)));
    comm.deliver({ n: 2 }, []);
    await flush();
    expect(seen).toEqual([]);
    finish();
    await flush();
    expect(seen).toEqual([1, 2]);
  });

  it('continues after a handler that fails', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { comm } = setUp();
    const seen: unknown[] = [];
    comm.deliver({ n: 1 }, []);
    comm.deliver({ n: 2 }, []);
    comm.on_msg((message: CommEvent) => {
      seen.push(message.content.data['n']);
      throw new Error('bad');
    });
    await flush();
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
