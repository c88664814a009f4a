/**
 * kube-controller-manager: one process whose controllers share one reader and have a client each. Other controllers of
 * the same process are put beside these on the same reader, before it is started.
 */
import type { ApiClient } from "../apiserver/client.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import type { Kind } from "../model/objects.js";
import { DeploymentController } from "./deployment-controller.js";
import { EndpointSliceController } from "./endpointslice-controller.js";
import { ReplicaSetController } from "./replicaset-controller.js";

/** What the reader of the process has to watch. */
export const CONTROLLER_KINDS: readonly Kind[] = [
  "Node",
  "Service",
  "Deployment",
  "ReplicaSet",
  "Pod",
  "EndpointSlice",
];

export type ControllerName = "deployment-controller" | "replicaset-controller" | "endpointslice-controller";

export interface ControllerManagerParts {
  /** The context of the process: its controllers die with it. */
  readonly context: Context;
  /** Not started yet. */
  readonly reader: WatchReader;
  /** The client of one controller, with a budget of its own. */
  readonly clientFor: (controller: ControllerName) => ApiClient;
}

/** Starts the workload and endpoint controllers. They begin to work when the reader is started. */
export function startControllerManager({ context, reader, clientFor }: ControllerManagerParts): void {
  new DeploymentController(context, reader, clientFor("deployment-controller"));
  new ReplicaSetController(context, reader, clientFor("replicaset-controller"));
  new EndpointSliceController(context, reader, clientFor("endpointslice-controller"));
}
