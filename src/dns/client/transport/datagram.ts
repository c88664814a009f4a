/**
 * A question on its way to a server, and the reply on its way back. Two that leave together travel together for as long as
 * their replies do. A reply that is owed from the beginning costs one event, its return.
 */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import type { Address } from "../../../model/address.js";
import type { Answer, Question } from "../../../model/dns.js";
import type { UdpSocket } from "../../../network/udp-socket.js";
import type { DnsListener } from "../../dns-listener.js";
import type { ExpectedQuestion, OwedReplies } from "../../owed-replies.js";
import { PendingAnswer } from "../../reply.js";
import type { SentQuestion, TransportHandler, TransportReply } from "./transport.js";

/** Whoever sends datagrams. */
export interface Sender {
  /** Events of datagrams die with it. */
  readonly context: Context;
  readonly sourceAddress: Address;
  /** It has arrived: nothing can join it any more. */
  arrived(datagram: Datagram): void;
  /** The server has not answered at once, although it may have been certain to. */
  delayed(datagram: Datagram): void;
  /** Its reply is back. The datagram is the sender's again. */
  takeBack(datagram: Datagram): void;
}

export class Datagram implements SentQuestion, ExpectedQuestion {
  socket!: UdpSocket;
  /** The socket's number when it was sent: the object may stand for another one by the time of the reply. */
  port = 0;
  nameserver: Address = 0;
  question!: Question;
  id = 0;
  onReply!: TransportHandler<unknown>;
  payload: unknown = null;
  listener: DnsListener | null = null;
  oneWay: Micros = 0;
  arrivesAt: Micros = 0;
  /** A rule on the path loses the answer. */
  replyLost = false;
  reply: TransportReply = "refused";
  /** The server has been asked and has not answered yet. */
  pending = false;
  /** Travels along. */
  twin: Datagram | null = null;
  debtor: OwedReplies | null = null;
  earlier: ExpectedQuestion | null = null;
  later: ExpectedQuestion | null = null;

  constructor(readonly sender: Sender) {}

  foretell(answer: Answer): void {
    this.reply = answer;
  }

  askOnArrival(): void {
    this.sender.context.at(this.arrivesAt, Phase.traffic, ask, this as Datagram);
  }

  /** For another question. */
  reset(): void {
    this.payload = null;
    this.listener = null;
    this.replyLost = false;
    this.reply = "refused";
    this.twin = null;
  }
}

/** The datagram and its twin are at the server, which is asked. */
export function arrive(datagram: Datagram): void {
  const { sender, twin } = datagram;
  sender.arrived(datagram);
  ask(datagram);
  if (twin !== null) {
    ask(twin);
    // answers that come at different times go back apart
    if (datagram.pending || twin.pending) datagram.twin = null;
    if (datagram.pending && !twin.pending) sender.context.after(twin.oneWay, Phase.traffic, comeBack, twin);
  }
  if (!datagram.pending) sender.context.after(datagram.oneWay, Phase.traffic, comeBack, datagram);
}

/** The reply is back at the client, with that of the twin. */
export function comeBack(datagram: Datagram): void {
  const { twin } = datagram;
  collect(datagram);
  if (twin !== null) collect(twin);
}

/** Asks the server, now. An answer that comes later goes its own way back. */
function ask(datagram: Datagram): void {
  const { context, sourceAddress } = datagram.sender;
  const reply = datagram.listener?.ask(datagram.question, context.now, sourceAddress) ?? "refused";
  if (!(reply instanceof PendingAnswer)) {
    datagram.reply = reply;
    return;
  }
  datagram.pending = true;
  datagram.sender.delayed(datagram);
  reply.whenAnswered((answer) => {
    datagram.reply = answer;
    context.after(datagram.oneWay, Phase.traffic, comeBackLate, datagram);
  });
}

/** A process that did not live to give what it owed does not listen any more. */
function collect(datagram: Datagram): void {
  const { debtor } = datagram;
  if (debtor !== null && !debtor.collect(datagram)) datagram.reply = "refused";
  if (!datagram.pending) datagram.sender.takeBack(datagram);
}

function comeBackLate(datagram: Datagram): void {
  datagram.pending = false;
  datagram.sender.takeBack(datagram);
}
