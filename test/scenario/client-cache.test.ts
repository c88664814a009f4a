import { describe, expect, it } from "vitest";
import { CLIENT_CACHES } from "../../src/dns/client/cache/client-caches.js";
import { SECOND } from "../../src/engine/duration.js";
import { NO_CLIENT_CACHE } from "../../src/model/scenario.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { deployment, load, objects, service } from "./resolve-fixtures.js";

const shop = objects({ deployments: [deployment("web")], services: [service("web")] });

function client(given: unknown) {
  const { scenario, resolved, texts } = load({ traffic: [{ to: "web", rps: 1, client: given }] }, shop);
  return { client: scenario?.traffic[0]?.client, resolved, texts };
}

const cached = (cache: unknown) => client({ dns: { cache } });

describe("a client cache", () => {
  it("is none by default, and connections are new", () => {
    expect(client({}).client).toMatchObject({ cache: NO_CLIENT_CACHE, connection: NEW_CONNECTIONS });
  });

  it.each(CLIENT_CACHES.map(({ name }) => name))(
    "%s has its defaults, and comes back from the resolved text",
    (type) => {
      const first = cached({ type });
      const defaults = CLIENT_CACHES.find(({ name }) => name === type)?.defaults;
      expect(first.client?.cache).toEqual({ ...NO_CLIENT_CACHE, ...defaults, type });
      const { traffic } = first.resolved as { traffic: [{ client: unknown }] };
      expect(client(traffic[0].client).client).toEqual(first.client);
    },
  );

  it("takes its options, and forever", () => {
    expect(cached({ type: "jvm", ttl: "forever", staleTtl: "60s" }).client?.cache).toMatchObject({
      ttl: Number.POSITIVE_INFINITY,
      negativeTtl: 10 * SECOND,
      staleTtl: 60 * SECOND,
    });
  });

  it.each([
    [{ type: "jvm", refresh: "5s" }, "the cache jvm has no option refresh"],
    [{ type: "go", ttl: "5s" }, "the cache go has no option ttl"],
    [{ type: "envoy", refresh: "0s" }, "refresh must be above 0"],
    [{ type: "haproxy", valid: "0s" }, "valid must be above 0"],
    [{ type: "java" }, "the cache is none or jvm or grpc"],
    [{ type: "jvm", ttl: 30 }, 'expected a duration such as "30s", or forever'],
  ])("refuses %j", (cache, message) => {
    expect(cached(cache).texts.join("\n")).toContain(message);
  });
});

describe("a held connection", () => {
  it("comes back from the resolved text", () => {
    const connection = { reuse: "hold", balance: "round-robin", maxAge: "30s" };
    const first = client({ connection });
    expect(first.client?.connection).toEqual({ reuse: "hold", balance: "round-robin", maxAge: 30 * SECOND });
    const { traffic } = first.resolved as { traffic: [{ client: unknown }] };
    expect(client(traffic[0].client).client).toEqual(first.client);
  });

  it.each([
    [{ maxAge: "30s" }, "maxAge is about connections that are held"],
    [{ reuse: "hold", maxAge: "0s" }, "maxAge must be above 0"],
    [{ reuse: "hold", perClient: 2 }, "a client holds 1 connection to an address"],
    [{ reuse: "http2" }, "connection reuse http2 is not modelled yet"],
  ])("refuses %j", (connection, message) => {
    expect(client({ connection }).texts.join("\n")).toContain(message);
  });
});
