/** A connection for each attempt, to the first address of the answer, closed behind it. */
import type { Address } from "../../model/address.js";
import type { ClientPod } from "../client-pod.js";
import { type ConnectionPolicy, type Connections, NONE_KEPT } from "./policy.js";

class FreshConnections implements Connections {
  readonly kept = NONE_KEPT;

  next(): null {
    return null;
  }

  learned(_: ClientPod, addresses: readonly Address[]): Address {
    return addresses[0] as Address;
  }

  unlearned(): void {}

  opened(): null {
    return null;
  }

  further(): null {
    return null;
  }

  ended(): void {}

  abandoned(): void {}

  forget(): void {}
}

export const fresh: ConnectionPolicy = {
  name: "none",
  summary: "a connection for each request",
  create: () => new FreshConnections(),
};
