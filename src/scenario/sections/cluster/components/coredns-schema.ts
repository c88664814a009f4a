/** `cluster.components.coredns`: the cluster's DNS servers. */
import * as z from "zod";
import { durationText } from "../../../../model/duration-schema.js";
import { strictObject } from "../../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../../assumptions.js";

export const coredns = strictObject({
  replicas: z
    .int()
    .min(1)
    .max(1000)
    .prefault(assumed("cluster.components.coredns.replicas"))
    .describe(describeAssumed("cluster.components.coredns.replicas")),
  ttl: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.ttl") })
    .describe(describeAssumed("cluster.components.coredns.ttl")),
  lameduck: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.lameduck") })
    .describe(describeAssumed("cluster.components.coredns.lameduck")),
  cache: z
    .union([z.int().min(1).max(86_400), z.literal(false)])
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.cache") })
    .describe(`${describeAssumed("cluster.components.coredns.cache")} False: no cache.`),
  cacheSkipsCluster: z
    .boolean()
    .optional()
    .describe("Whether cluster names stay out of the cache, as kubeadm sets it up since 1.32; by default by version."),
  env: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("Environment of the container, for variables of the Corefile."),
  queriesPerSecond: z
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe("Queries that one replica works off in a second, one after the other; by default any number, at once."),
  queueCapacity: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Queries that wait at most when queriesPerSecond is given; datagrams beyond are lost. Default 1000."),
});

export type CoreDnsSpec = z.output<typeof coredns>;
