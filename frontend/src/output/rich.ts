/** Renders the items that are not widgets. */
import { Widget } from '@lumino/widgets';
import type { OutputItem } from '../protocol';
import type { RichRenderer, Slot } from './area';
import { joined, mimeBundle } from './items';
import type { LargeDisplays } from './large-displays';
import { type ExtensionLoader, MimeExtensions } from './mime-extensions';
import { type AnswerQuestion, questionField, questionIn } from './question';
import { foreignTypes, type MimeMetadata, renderBundle, richestType } from './renderers';
import { TextBlock } from './text';

export { LargeDisplays } from './large-displays';

export class Rich implements RichRenderer {
  private readonly extensions: MimeExtensions;

  constructor(
    loader: ExtensionLoader,
    private readonly largeDisplays: LargeDisplays,
    private readonly answer: AnswerQuestion,
  ) {
    this.extensions = new MimeExtensions(loader);
  }

  async render(slot: Slot, item: OutputItem): Promise<void> {
    switch (item.output_type) {
      case 'stream':
        renderStream(slot, item);
        return;
      case 'error':
        renderError(slot, item);
        return;
      default:
        await this.renderData(slot, item);
    }
  }

  private async renderData(slot: Slot, item: OutputItem): Promise<void> {
    const data = await this.largeDisplays.resolve(mimeBundle(item));
    if (slot.isDisposed) {
      return;
    }
    const question = questionIn(data);
    if (question !== undefined) {
      slot.addWidget(new Widget({ node: questionField(question, this.answer) }));
      return;
    }
    const metadata = (item['metadata'] ?? {}) as MimeMetadata;
    const foreign = foreignTypes(data);
    if (foreign.length > 0) {
      const widget = await this.extensions.render(foreign, data, metadata, richestType(data)?.rank);
      if (slot.isDisposed) {
        widget?.dispose();
        return;
      }
      if (widget !== undefined) {
        slot.addWidget(widget);
        return;
      }
    }
    const content = new Widget();
    // Added first, because charts measure the element that they are in.
    slot.addWidget(content);
    const shown = await renderBundle(content.node, data, metadata);
    if (shown === undefined || content.isDisposed) {
      content.dispose();
      shown?.end();
    } else {
      content.disposed.connect(() => shown.end());
    }
  }
}

function renderStream(slot: Slot, item: OutputItem): void {
  slot.text = new TextBlock(joined(item['text']) + slot.pendingText);
  slot.pendingText = '';
  const content = new Widget();
  content.addClass('jp-RenderedText');
  content.node.dataset['mimeType'] = `application/vnd.jupyter.${String(item['name'])}`;
  content.node.append(slot.text.element);
  slot.addWidget(content);
}

function renderError(slot: Slot, item: OutputItem): void {
  const traceback = item['traceback'];
  const lines = Array.isArray(traceback) ? traceback : [];
  const text = lines.length > 0 ? lines.join('\n') : `${String(item['ename'])}: ${String(item['evalue'])}`;
  const content = new Widget();
  content.addClass('jp-RenderedText');
  content.node.dataset['mimeType'] = 'application/vnd.jupyter.stderr';
  content.node.append(new TextBlock(text).element);
  slot.addWidget(content);
}
