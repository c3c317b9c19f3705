/** What a page does only while its app is being developed; not part of the production build. */
import type { Connection } from '../connection';
import type { Inspector } from '../inspector';
import { ErrorPanel } from '../page';
import { fetchChunk, lazy } from '../retry';
import type { Manager } from '../widgets';
import { type ReloadedParts, ReloadHandlers } from './handlers';
import { ScriptErrors } from './script-errors';

/** The key in the storage of the tab under which the height of the open inspector is saved. */
const HEIGHT_KEY = 'sundog-inspector';
const DEFAULT_HEIGHT = 320;

/** The parts of the page that developers look at. */
export interface DevelopmentParts extends Omit<ReloadedParts, 'faults'> {
  connection: Connection;
  manager: Manager;
}

/**
 * Reports errors in scripts, and opens the inspector when its keys are pressed. `editor` is the URL
 * that opens a file in an editor. Returns the handlers of what the server reports.
 */
export async function startDevelopment(
  parts: DevelopmentParts,
  editor: string | undefined,
): Promise<ReloadHandlers> {
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
  const label = 'Why the app cannot run';
  const faults = new ErrorPanel(document.body, editor, { id: 'sundog-fault', label });
  return new ReloadHandlers({ ...parts, faults });
}

/** Opens and closes the inspector; loads its code when it is first opened. */
class InspectorSwitch {
  private inspector: Inspector | undefined;
  private wanted = false;
  private readonly load = lazy(() => fetchChunk(() => import('../inspector')));

  constructor(private readonly parts: DevelopmentParts) {}

  async start(): Promise<void> {
    window.addEventListener('keydown', (event) => {
      const modified = event.ctrlKey || event.metaKey || event.shiftKey;
      if (event.altKey && !modified && event.code === 'KeyW' && !event.defaultPrevented) {
        event.preventDefault();
        this.toggle();
      }
    });
    if (savedHeight() !== undefined) {
      // It was open before the page was reloaded: it must see the first message too.
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
    const { connection, manager, channel } = this.parts;
    const inspector = new Inspector({
      models: manager,
      close: () => this.close(),
      height: savedHeight() ?? DEFAULT_HEIGHT,
      onHeight: saveHeight,
    });
    this.inspector = inspector;
    connection.timing(true);
    channel.traffic = inspector;
    if (focus) {
      inspector.focus();
    }
  }

  private close(): void {
    this.wanted = false;
    this.parts.channel.traffic = undefined;
    this.parts.connection.timing(false);
    this.inspector?.remove();
    this.inspector = undefined;
    saveHeight(undefined);
  }
}

/** Returns the height of the inspector if it was open before the page was reloaded. */
function savedHeight(): number | undefined {
  try {
    return Number(sessionStorage.getItem(HEIGHT_KEY)) || undefined;
  } catch {
    // The browser forbids storage.
    return undefined;
  }
}

function saveHeight(height: number | undefined): void {
  try {
    if (height === undefined) {
      sessionStorage.removeItem(HEIGHT_KEY);
    } else {
      sessionStorage.setItem(HEIGHT_KEY, String(height));
    }
  } catch {
    // The next time, it starts closed, with its default height.
  }
}
