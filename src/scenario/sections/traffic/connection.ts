/** `traffic[].client.connection`: what a client keeps of connections. */
import * as z from "zod";
import { durationText } from "../../../model/duration-schema.js";
import type { ConnectionSettings } from "../../../model/scenario.js";
import { strictObject } from "../../../model/strict-object.js";
import { CONNECTION_POLICIES } from "../../../traffic/connections/policies.js";
import type { DocumentPath } from "../../documents/path.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import type { Resolution } from "../resolution.js";

const POLICY_NAMES = CONNECTION_POLICIES.map(({ name }) => name) as [string, ...string[]];

export const connectionSchema = strictObject({
  reuse: oneOf("connection reuse", POLICY_NAMES, ["keep-alive", "http2"])
    .prefault("none")
    .describe(CONNECTION_POLICIES.map(({ name, summary }) => `${name}: ${summary}.`).join(" ")),
  balance: z
    .enum(["pick-first", "round-robin"], { error: () => "balance is pick-first or round-robin" })
    .prefault("pick-first")
    .describe("With hold: a connection to the first address that accepts, or one to each address in turn."),
  maxAge: durationText
    .optional()
    .describe("With hold: the server closes a connection at this age, give or take 10 % (max-connection-age)."),
  perClient: z
    .literal(1, { error: () => "a client holds 1 connection to an address" })
    .prefault(1)
    .describe("Connections that a client pod holds to an address."),
  maxPerHost: notModelled("a connection pool"),
  idleTimeout: notModelled("a connection pool"),
});

export type ConnectionSpec = z.output<typeof connectionSchema>;

export function connectionSettings({ reuse, balance, maxAge }: ConnectionSpec): ConnectionSettings {
  return { reuse, balance, maxAge: maxAge ?? null };
}

export function checkConnection(resolution: Resolution, { reuse, maxAge }: ConnectionSpec, path: DocumentPath): void {
  if (reuse === "none" && maxAge !== undefined) {
    resolution.error([...path, "maxAge"], "maxAge is about connections that are held", "add reuse: hold");
  }
  if (maxAge === 0) resolution.error([...path, "maxAge"], "maxAge must be above 0", "leave it out for no limit");
}
