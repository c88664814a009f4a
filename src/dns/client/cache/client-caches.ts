/** All client caches, in the order of help and documentation. A new one is one file beside this one and one line here. */
import type { ClientCache } from "./client-cache.js";
import { dotnet } from "./dotnet.js";
import { envoy } from "./envoy.js";
import { go } from "./go.js";
import { grpc } from "./grpc.js";
import { haproxy } from "./haproxy.js";
import { jvm } from "./jvm.js";
import { nginx } from "./nginx.js";
import { none } from "./none.js";
import { nscd } from "./nscd.js";
import { python } from "./python.js";
import { systemdResolved } from "./systemd-resolved.js";

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
