/** Which requests are kept as rows. */
import { type Key, uniform } from "../engine/random.js";
import type { FinishedRequest } from "../model/recording.js";
import type { RequestSampling } from "../model/scenario.js";

/** Room for the entries of a scenario between two requests of one entry. */
const ENTRIES = 64;

export function isSampled(sampling: RequestSampling, key: Key, request: FinishedRequest): boolean {
  switch (sampling.kind) {
    case "none":
      return false;
    case "failures":
      return request.outcome !== "ok";
    case "all":
      return true;
    case "ratio":
      return uniform(key, request.id * ENTRIES + request.traffic) < sampling.ratio;
    default:
      return sampling satisfies never;
  }
}
