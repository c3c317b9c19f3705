/** Passes each message of the server to the part of the page that it is for. */
import type { Navigation } from '../navigation';
import type { OutputItem, ServerMessage } from '../protocol';
import type { Manager } from '../widgets';
import type { PageArea } from './area';
import type { ErrorPanel } from './error-panel';
import type { Status } from './status';

export interface MessageTargets {
  manager: Pick<Manager, 'openComm' | 'deliver' | 'closeComm' | 'applyOutput' | 'outputAreas'>;
  area: Pick<PageArea, 'applyItem'>;
  errors: Pick<ErrorPanel, 'show'>;
  status: Pick<Status, 'visible'>;
  /** Undefined if the page shows a single widget: such a page stays where it is. */
  navigation: Pick<Navigation, 'follow'> | undefined;
  setTitle: (title: string) => void;
  /** The app's first run has ended. */
  onReady: () => void;
}

export class MessageRouter {
  constructor(private readonly targets: MessageTargets) {}

  route(message: ServerMessage, buffers: DataView[]): void {
    const { manager, errors, status, navigation, setTitle, onReady } = this.targets;
    switch (message[0]) {
      case 'msg':
        manager.deliver(message[1], message[2], message[3], buffers);
        break;
      case 'open':
        manager.openComm(message[1], message[2], message[3], message[4], buffers);
        break;
      case 'close':
        manager.closeComm(message[1], message[2]);
        break;
      case 'output':
        this.routeOutput(message[1], message[2]);
        break;
      case 'error':
        errors.show(message[1]);
        status.visible();
        break;
      case 'location':
        navigation?.follow(message[1], message[2]);
        break;
      case 'title':
        setTitle(message[1]);
        break;
      case 'ready':
        onReady();
        break;
      case 'none':
        break;
    }
  }

  private routeOutput(areaId: string, item: OutputItem): void {
    const { manager, area } = this.targets;
    if (item.output_type === 'update_display_data') {
      // The same display may be in several areas.
      area.applyItem(item);
      manager.outputAreas.forEach((output) => output.applyItem(item));
    } else if (areaId === '') {
      area.applyItem(item);
    } else {
      manager.applyOutput(areaId, item);
    }
  }
}
