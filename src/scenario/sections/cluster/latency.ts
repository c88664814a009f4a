/** `cluster.latency`: delays that Kubernetes does not decide. */
import { durationTextOr } from "../../../model/duration-schema.js";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { distributionText } from "../../distribution-schema.js";
import { notModelledMessage } from "../../not-modelled.js";

/** A network delay: one duration, as long as paths have no distributions. */
const networkDelay = durationTextOr(`${notModelledMessage("a distribution of network delays")}: give one duration`);

type DelayName = "apiWrite" | "watchDelivery" | "volumeMount" | "sandboxCreation" | "sandboxRemoval" | "imagePull";

function delay(name: DelayName) {
  const path = `cluster.latency.${name}` as const;
  return distributionText.prefault(assumed(path)).describe(describeAssumed(path));
}

function hop(name: "sameNode" | "sameZone" | "crossZone") {
  const path = `cluster.latency.${name}` as const;
  return networkDelay.prefault(assumed(path)).describe(describeAssumed(path));
}

export const latency = strictObject({
  sameNode: hop("sameNode"),
  sameZone: hop("sameZone"),
  crossZone: hop("crossZone"),
  watchDelivery: delay("watchDelivery"),
  apiWrite: delay("apiWrite"),
  volumeMount: delay("volumeMount"),
  sandboxCreation: delay("sandboxCreation"),
  sandboxRemoval: delay("sandboxRemoval"),
  imagePull: delay("imagePull"),
});
