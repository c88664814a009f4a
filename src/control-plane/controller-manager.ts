/**
 * kube-controller-manager: one process whose controllers share one reader and have a client each, and so a budget each.
 * A new controller is a row in CONTROLLERS.
 */
import type { ApiClient } from "../apiserver/client.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { Kind } from "../model/objects.js";
import { DeploymentController } from "./deployment-controller.js";
import { EndpointSliceController } from "./endpointslice-controller.js";
import { NodeLifecycleController, type NodeLifecycleOptions } from "./node-lifecycle.js";
import { ReplicaSetController } from "./replicaset-controller.js";
import { TaintEvictionController } from "./taint-eviction.js";

/** What the reader of the process has to watch. */
export const CONTROLLER_KINDS: readonly Kind[] = [
  "Node",
  "Service",
  "Deployment",
  "ReplicaSet",
  "Pod",
  "EndpointSlice",
];

export interface ControllerManagerParts {
  /** The context of the process: its controllers die with it. */
  readonly context: Context;
  /** Watches CONTROLLER_KINDS; not started yet. */
  readonly reader: WatchReader;
  readonly nodeLifecycle: NodeLifecycleOptions;
  /** What the controllers do otherwise in other versions. */
  readonly behaviour: VersionedBehaviour;
  /** A client with a budget of its own; `name` is that of its context. */
  readonly clientFor: (name: string) => ApiClient;
}

interface Controller {
  /** As `--controllers` names it. */
  readonly name: string;
  /** Of its client: it keys the client's draws. */
  readonly client: string;
  start(parts: ControllerManagerParts, client: ApiClient): void;
}

/** In the order in which they hear of news. */
const CONTROLLERS = [
  {
    name: "deployment",
    client: "deployment-controller",
    start: ({ context, reader, behaviour }, client) => new DeploymentController(context, reader, client, behaviour),
  },
  {
    name: "replicaset",
    client: "replicaset-controller",
    start: ({ context, reader, behaviour }, client) => new ReplicaSetController(context, reader, client, behaviour),
  },
  {
    name: "endpointslice",
    client: "endpointslice-controller",
    start: ({ context, reader }, client) => new EndpointSliceController(context, reader, client),
  },
  {
    name: "node-lifecycle",
    client: "node-lifecycle-client",
    start: ({ context, reader, nodeLifecycle }, client) =>
      new NodeLifecycleController(context.child("node-lifecycle"), reader, client, nodeLifecycle),
  },
  {
    name: "taint-eviction",
    client: "taint-eviction-client",
    start: ({ context, reader }, client) =>
      new TaintEvictionController(context.child("taint-eviction"), reader, client),
  },
] as const satisfies readonly Controller[];

export type ControllerName = (typeof CONTROLLERS)[number]["name"];

/** Starts all controllers, or those of `--controllers`. They begin to work when the reader is started. */
export function startControllerManager(parts: ControllerManagerParts, names?: readonly ControllerName[]): void {
  for (const { name, client, start } of CONTROLLERS) {
    if (names === undefined || names.includes(name)) start(parts, parts.clientFor(client));
  }
}
