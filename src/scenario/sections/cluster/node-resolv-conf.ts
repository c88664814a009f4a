/** `cluster.nodeResolvConf`: the resolv.conf of every node. */
import * as z from "zod";
import { type Address, formatAddress, parseAddress } from "../../../model/address.js";
import { strictObject } from "../../../model/strict-object.js";
import { isDnsSubdomain } from "../../kinds/names.js";

const address = z.codec(
  z.string().refine((text) => parseAddress(text) !== null, {
    error: ({ input }) => `${JSON.stringify(input)} is no IPv4 address`,
  }),
  z.custom<Address>(),
  { decode: (text) => parseAddress(text) ?? 0, encode: formatAddress },
);

export const nodeResolvConf = strictObject({
  nameservers: z.array(address).prefault(["192.0.2.53"]).describe("IPv4 addresses of nameservers outside the cluster."),
  search: z
    .array(
      z
        .string()
        .refine(isDnsSubdomain, { error: ({ input }) => `${JSON.stringify(input)} is no DNS name in lower case` }),
    )
    .prefault([])
    .describe("Search list, which the kubelet appends to that of the cluster."),
  options: z
    .array(
      z.string().regex(/^[^\s:]+(:\S+)?$/, { error: () => 'an option is one word, such as rotate or "timeout:2"' }),
    )
    .prefault([])
    .describe("Options; pods with the policy ClusterFirst do not get them."),
});
