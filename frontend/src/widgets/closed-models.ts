/**
 * Keeps models that were closed while others were still being created or updated. The state of those
 * may refer to the closed ones: loading the code of a model may take longer than another one lives.
 */
import type { WidgetModel } from '@jupyter-widgets/base';

/** The limit, in case that some work never ends. */
const MAX_KEPT = 1000;

export class ClosedModels {
  private readonly unfinished = new Set<Promise<unknown>>();
  private readonly models = new Map<string, Promise<WidgetModel>>();

  /** Keeps closed models until `work`, which may ask for any model that exists now, has ended. */
  track(work: Promise<unknown>): void {
    this.unfinished.add(work);
    const done = () => {
      this.unfinished.delete(work);
      // Messages that waited for it are handled next.
      setTimeout(() => this.release());
    };
    work.then(done, done);
  }

  /** Keeps a model that is about to be closed, if anything may still ask for it. */
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
