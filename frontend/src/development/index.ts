/** What a page does only while its app is being developed. No part of what production loads. */
import type { Connection } from '../connection';
import type { ErrorPanel } from '../page/error-panel';
import type { Inspector } from '../inspector';
import type { Traffic } from '../inspector/traffic';
import type { Manager } from '../widgets/manager';
import { fetchChunk, lazy } from '../retry';
import { ScriptErrors } from './script-errors';

const OPEN = 'sundog-inspector';
const DEFAULT_HEIGHT = 320;

export interface Parts {
  connection: Connection;
  manager: Manager;
  errors: ErrorPanel;
  /** Has what is sent and received told to somebody, or to nobody any more. */
  tell: (traffic: Traffic | undefined) => void;
}

/** Watches scripts for errors, and for the keys that open the inspector. */
export async function startDevelopment(parts: Parts): Promise<void> {
  const { connection, manager, errors } = parts;
  const scripts = new ScriptErrors(
    (report) => errors.show(report),
    (title, text) => connection.reportError(title, text),
    async (stack) => {
      const { withSourcePositions } = await fetchChunk(() => import('./source-positions'));
      return withSourcePositions(stack, location.origin);
    },
  );
  scripts.watch(window);
  manager.onBroken = (text, error) => scripts.report(text, error);
  await new InspectorSwitch(parts).start();
}

/** Opens and closes the inspector; loads its code when it is first wanted. */
class InspectorSwitch {
  private inspector: Inspector | undefined;
  private wanted = false;
  private readonly load = lazy(() => fetchChunk(() => import('../inspector')));

  constructor(private readonly parts: Parts) {}

  async start(): Promise<void> {
    window.addEventListener('keydown', (event) => {
      const modified = event.ctrlKey || event.metaKey || event.shiftKey;
      if (event.altKey && !modified && event.code === 'KeyW' && !event.defaultPrevented) {
        event.preventDefault();
        this.toggle();
      }
    });
    if (recalled() !== undefined) {
      // It was open when the page was loaded anew, and is to see the first message too.
      await this.open(false).catch((error: unknown) => console.error(error));
    }
  }

  private toggle(): void {
    if (this.wanted) {
      this.close();
    } else {
      void this.open(true);
    }
  }

  private async open(focus: boolean): Promise<void> {
    this.wanted = true;
    const { Inspector } = await this.load().catch((error: unknown) => {
      this.wanted = false;
      throw error;
    });
    if (!this.wanted || this.inspector !== undefined) {
      return;
    }
    const { connection, manager, tell } = this.parts;
    const inspector = new Inspector({
      models: manager,
      close: () => this.close(),
      height: recalled() ?? DEFAULT_HEIGHT,
      onHeight: keep,
    });
    this.inspector = inspector;
    connection.timing(true);
    tell(inspector);
    if (focus) {
      inspector.focus();
    }
  }

  private close(): void {
    this.wanted = false;
    this.parts.tell(undefined);
    this.parts.connection.timing(false);
    this.inspector?.remove();
    this.inspector = undefined;
    keep(undefined);
  }
}

/** Returns the inspector's height where it was open before. */
function recalled(): number | undefined {
  try {
    return Number(sessionStorage.getItem(OPEN)) || undefined;
  } catch {
    // The browser forbids storage.
    return undefined;
  }
}

function keep(height: number | undefined): void {
  try {
    if (height === undefined) {
      sessionStorage.removeItem(OPEN);
    } else {
      sessionStorage.setItem(OPEN, String(height));
    }
  } catch {
    // It begins closed, and as high as ever, the next time.
  }
}
