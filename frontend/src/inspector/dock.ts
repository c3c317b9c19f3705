/** The frame of the inspector at the bottom of the window, whose height can be changed. */

const HEIGHT = '--sundog-dock';
const STEP = 24;
const MIN = 120;

export class Dock {
  readonly element = document.createElement('aside');
  private height: number;
  private readonly edge = document.createElement('div');

  constructor(
    private readonly root: HTMLElement,
    label: string,
    height: number,
    private readonly onHeight: (height: number) => void,
  ) {
    this.height = height;
    this.element.className = 'sundog-inspector';
    this.element.id = 'sundog-inspector';
    this.element.setAttribute('aria-label', label);
    this.edge.className = 'edge';
    this.edge.tabIndex = 0;
    this.edge.setAttribute('role', 'separator');
    this.edge.setAttribute('aria-orientation', 'horizontal');
    this.edge.setAttribute('aria-label', 'Height of the inspector');
    this.edge.addEventListener('keydown', (event) => {
      const steps: Record<string, number> = { ArrowUp: STEP, ArrowDown: -STEP };
      const step = steps[event.key];
      if (step !== undefined) {
        event.preventDefault();
        this.resize(this.height + step);
      }
    });
    this.edge.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.edge.setPointerCapture(event.pointerId);
      const drag = (move: PointerEvent) => this.resize(window.innerHeight - move.clientY);
      this.edge.addEventListener('pointermove', drag);
      const stop = () => this.edge.removeEventListener('pointermove', drag);
      this.edge.addEventListener('lostpointercapture', stop, { once: true });
    });
    this.element.append(this.edge);
    document.body.append(this.element);
    this.resize(height);
  }

  remove(): void {
    this.element.remove();
    this.root.style.removeProperty(HEIGHT);
  }

  private resize(height: number): void {
    const max = Math.max(MIN, window.innerHeight - MIN);
    this.height = Math.round(Math.min(max, Math.max(MIN, height)));
    this.root.style.setProperty(HEIGHT, `${this.height}px`);
    this.edge.setAttribute('aria-valuemin', String(MIN));
    this.edge.setAttribute('aria-valuemax', String(max));
    this.edge.setAttribute('aria-valuenow', String(this.height));
    this.onHeight(this.height);
  }
}
