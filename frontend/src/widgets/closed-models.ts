/**
 * Models that were closed while others were still being made or changed, and may be told of them by
 * what was said before: their code may load longer than the closed ones lived.
 */
import type { WidgetModel } from '@jupyter-widgets/base';

/** Work that never ends must not keep more than this. */
const MAX_KEPT = 1000;

export class ClosedModels {
  private readonly unfinished = new Set<Promise<unknown>>();
  private readonly models = new Map<string, Promise<WidgetModel>>();

  /** Something goes on that may ask for any model that there is now. */
  track(work: Promise<unknown>): void {
    this.unfinished.add(work);
    const done = () => {
      this.unfinished.delete(work);
      // What it was told meanwhile is taken up in the next moment.
      setTimeout(() => this.release());
    };
    work.then(done, done);
  }

  /** A model is about to be closed. */
  keep(id: string, model: Promise<WidgetModel>): void {
    if (this.unfinished.size === 0) {
      return;
    }
    this.models.set(id, model);
    for (const oldest of this.models.keys()) {
      if (this.models.size <= MAX_KEPT) {
        break;
      }
      this.models.delete(oldest);
    }
  }

  get(id: string): Promise<WidgetModel> | undefined {
    return this.models.get(id);
  }

  private release(): void {
    if (this.unfinished.size === 0) {
      this.models.clear();
    }
  }
}
