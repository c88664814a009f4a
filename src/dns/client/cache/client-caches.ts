/** All client caches, in the order of help and documentation. A new one is one file beside this one and one line here. */
import type { ClientCache } from "./client-cache.js";
import { envoy } from "./envoy.js";
import { grpc } from "./grpc.js";
import { haproxy } from "./haproxy.js";
import { jvm } from "./jvm.js";
import { nginx } from "./nginx.js";
import { nscd } from "./nscd.js";
import { systemdResolved } from "./systemd-resolved.js";
import { dotnet, go, none, python } from "./uncached.js";

export const CLIENT_CACHES: readonly ClientCache[] = [
  none,
  jvm,
  grpc,
  envoy,
  nginx,
  dotnet,
  haproxy,
  go,
  python,
  nscd,
  systemdResolved,
];
