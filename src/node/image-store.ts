/**
 * The images on one node. Pulls run one after the other (`serializeImagePulls: true`); who wants an image that is being
 * pulled waits for that pull.
 */
import type { Micros } from "../engine/duration.js";

export class ImageStore {
  private readonly presentAt = new Map<string, Micros>();
  private idleAt: Micros = Number.NEGATIVE_INFINITY;

  /** Puts an image on the node without a pull. */
  add(image: string): void {
    this.presentAt.set(image, Number.NEGATIVE_INFINITY);
  }

  has(image: string, now: Micros): boolean {
    const at = this.presentAt.get(image);
    return at !== undefined && at <= now;
  }

  /** Asks for a pull that takes `duration` and tells when the image will be present. */
  pull(image: string, now: Micros, duration: Micros): Micros {
    const known = this.presentAt.get(image);
    if (known !== undefined) return Math.max(known, now);
    const done = Math.max(now, this.idleAt) + duration;
    this.idleAt = done;
    this.presentAt.set(image, done);
    return done;
  }
}
