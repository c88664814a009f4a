/**
 * Endpoint changes of Services outside the scenario: a Poisson process from time zero on, drawn only as far as somebody
 * has looked. An idle cluster would hide the delay that other Services' changes cost (minSyncPeriod is shared by all).
 */
import { type Micros, SECOND } from "../../engine/duration.js";
import { ln } from "../../engine/math.js";

export interface BackgroundSettings {
  /** Endpoint changes a second in the whole cluster; 0 for none. */
  readonly changesPerSecond: number;
  /** Service ports and endpoints outside the scenario, which every sync has to deal with. */
  readonly services: number;
  readonly endpoints: number;
  /** Stream of uniforms in [0, 1) that belongs to these changes alone. */
  readonly stream: () => number;
}

/** Endpoints of the anonymous Service that a background change is about. Assumed. */
export const BACKGROUND_SERVICE_ENDPOINTS = 10;

export class BackgroundChanges {
  /** When the next change will be committed. It is drawn already; later ones are not. */
  next: Micros = 0;
  /** Changes that have been taken. */
  count = 0;

  constructor(private readonly settings: BackgroundSettings) {
    this.draw();
  }

  /** Moves on to the change after `next`. */
  take(): void {
    this.count++;
    this.draw();
  }

  private draw(): void {
    const { changesPerSecond, stream } = this.settings;
    if (changesPerSecond <= 0) this.next = Number.POSITIVE_INFINITY;
    else this.next += Math.max(1, Math.round((-ln(1 - stream()) * SECOND) / changesPerSecond));
  }
}
