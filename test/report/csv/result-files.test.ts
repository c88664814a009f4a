import { describe, expect, test } from "vitest";
import { COUNT, type CsvTable, column, derived, RATIO, TEXT } from "../../../src/report/csv/column.js";
import { DNS } from "../../../src/report/csv/dns.js";
import { ENDPOINTS } from "../../../src/report/csv/endpoints.js";
import { EVENTS } from "../../../src/report/csv/events.js";
import { FAILOVER } from "../../../src/report/csv/failover.js";
import { FAILURES } from "../../../src/report/csv/failures.js";
import { PODS } from "../../../src/report/csv/pods.js";
import { readTable } from "../../../src/report/csv/read-table.js";
import { REQUESTS } from "../../../src/report/csv/requests.js";
import { RESULT_FILES } from "../../../src/report/csv/result-files.js";
import { TERMINATIONS } from "../../../src/report/csv/terminations.js";
import { TIMELINE } from "../../../src/report/csv/timeline.js";
import { writeCsv } from "../../../src/report/csv/write-csv.js";
import { sampleRecord } from "../sample-record.js";

/** The documented columns: scripts of users rely on them. */
const HEADERS = {
  "timeline.csv":
    "run,t_s,bin_s,traffic,target,requests,ok,failed,success_ratio,success_lo95,success_hi95,latency_p50_ms,latency_p90_ms,latency_p99_ms,latency_max_ms,retries,in_flight,endpoints_desired,endpoints_ready,endpoints_terminating,stale_nodes,max_rule_lag_s,dns_questions,dns_failures",
  "failures.csv": "run,t_s,traffic,target,outcome,cause,count",
  "requests.csv":
    "run,request_id,attempt,t_s,traffic,client_pod,client_node,client_zone,target,resolved_ip,endpoint_ip,endpoint_pod,endpoint_node,endpoint_zone,outcome,cause,latency_ms,dns_ms,connect_ms,server_ms,rules_synced_s,superseded_at_s,dns_answered_s,cause_fact,basis_fact",
  "dns.csv":
    "run,lookup_id,request_id,t_s,traffic,client_pod,name,resolver,questions,failed_questions,status,rcode,answered_by,answer_age_s,dns_ms,server_pod",
  "events.csv": "run,fact,t_s,component,kind,object,detail,cause",
  "endpoints.csv": "run,t_s,observer,service,endpoint,pod,ready,serving,terminating",
  "terminations.csv": "run,pod,node,observer,deleted_s,stops_accepting_s,rules_applied_s,slack_s,failed_requests",
  "pods.csv": "run,t_s,pod,node,zone,image,ready,requests,connections,in_flight",
  "failover.csv":
    "run,event,t_s,action,object,traffic,target,detected_s,api_s,slice_s,rules_p50_s,rules_p99_s,rules_last_s,dns_last_s,first_failure_s,last_failure_s,unavailable_s,failed_requests,failed_ratio,lasted_s,requests_meanwhile,failed_ratio_meanwhile,min_slack_s,recovered",
};

const record = sampleRecord();

function text(name: string): string {
  return [...(RESULT_FILES.find((file) => file.name === name)?.chunks(record) ?? [])].join("");
}

describe("result files", () => {
  test("have exactly the documented columns", () => {
    expect(Object.fromEntries(RESULT_FILES.map(({ name, header }) => [name, header.join(",")]))).toEqual(HEADERS);
    for (const [name, header] of Object.entries(HEADERS)) expect(text(name).split("\n")[0]).toBe(header);
  });

  test("write fixed decimals, and nothing where nothing applies", () => {
    expect(text("timeline.csv").split("\n").slice(1, 2)).toEqual([
      "0,0.000000,1.000000,users,service/web,290,290,0,1.000000,0.986927,1.000000,20.400,72.000,190.000,420.000,0,9,5,5,0,0,0.000000,0,0",
    ]);
    expect(text("timeline.csv").split("\n")[55]).toBe(
      "0,54.000000,1.000000,users,service/web,0,0,0,,,,,,,,0,9,5,5,0,0,0.000000,0,0",
    );
    expect(text("requests.csv").split("\n")[3]).toBe(
      "0,3902,1,13.095000,users,default/client-node-1,node-1,a,service/web,10.96.0.80,10.244.0.2,default/web-old-0,node-1,a,refused,stale-rules,0.300,,0.300,,-1.000000,13.000000,,143,4",
    );
    expect(text("events.csv").split("\n")[1]).toBe(
      "0,4,-2.000000,endpointslice,endpoints-changed,Service/default/web,5 ready,",
    );
  });

  test("are read back as the rows they were written from", () => {
    const back = <Row>(name: string, table: Parameters<typeof readTable<Row>>[0]) =>
      readTable(table, { name, text: text(name) }, 0);
    expect(back("timeline.csv", TIMELINE)).toEqual(record.timeline);
    expect(back("failures.csv", FAILURES)).toEqual(record.failures);
    expect(back("requests.csv", REQUESTS)).toEqual(record.requests);
    expect(back("dns.csv", DNS)).toEqual(record.lookups);
    expect(back("events.csv", EVENTS)).toEqual(record.events);
    expect(back("endpoints.csv", ENDPOINTS)).toEqual(record.endpoints);
    expect(back("terminations.csv", TERMINATIONS)).toEqual(record.terminations);
    expect(back("pods.csv", PODS)).toEqual(record.pods);
    const [row] = record.failover;
    expect(back("failover.csv", FAILOVER)).toEqual([
      { ...row, failedRatio: Math.round((row?.failedRatio ?? 0) * 1_000_000) / 1_000_000 },
    ]);
  });

  test("come in chunks of 1,000 rows with one header", () => {
    const rows = Array.from({ length: 2_001 }, (_, index) => ({ ...record.events[0]!, fact: index }));
    const chunks = [...writeCsv(EVENTS, rows, { run: 3 })];
    expect(chunks.map((chunk) => chunk.split("\n").length - 1)).toEqual([1_001, 1_000, 1]);
    expect(chunks.join("").match(/run,fact/g)).toHaveLength(1);
    expect(chunks[1]?.startsWith("3,1000,")).toBe(true);
    expect([...writeCsv(EVENTS, rows, { run: 3, header: false })].join("")).not.toContain("run,fact");
    expect([...writeCsv(EVENTS, [], { run: 0 })]).toEqual([`${HEADERS["events.csv"]}\n`]);
    expect([...writeCsv(EVENTS, [], { run: 1, header: false })]).toEqual([]);
  });

  test("quote hostile names, which are read back unchanged", () => {
    const hostile = 'a,"b"\r\nc\rd';
    const rows = [{ ...record.events[0]!, object: hostile, detail: "=1+1" }];
    const file = { name: "events.csv", text: [...writeCsv(EVENTS, rows, { run: 0 })].join("") };
    expect(file.text).toContain('"a,""b""\r\nc\rd"');
    expect(readTable(EVENTS, file, 0)).toEqual(rows);
  });

  test("of several runs are read one by one", () => {
    const file = {
      name: "events.csv",
      text: [
        ...writeCsv(EVENTS, record.events.slice(0, 2), { run: 0 }),
        ...writeCsv(EVENTS, record.events.slice(2, 3), { run: 1, header: false }),
      ].join(""),
    };
    expect(readTable(EVENTS, file, 1)).toEqual(record.events.slice(2, 3));
    expect(readTable(EVENTS, file, null)).toHaveLength(3);
  });

  test("of before a column existed are read with what its absence means, unless readers need it", () => {
    interface Row {
      readonly name: string;
      readonly tries: number;
      readonly share: number;
    }
    const name = column<Row, "name">("name", "name", TEXT);
    const tries = column<Row, "tries">("tries", "tries", COUNT, { absent: 1 });
    const share = column<Row, "share">("share", "share", RATIO, { absent: Number.NaN });
    const twice = derived<Row, number>("twice", COUNT, (row) => 2 * row.tries);
    const table = [name, tries, share, twice];
    const rows: Row[] = [{ name: "a", tries: 3, share: 0.5 }];
    const written = (columns: CsvTable<Row>) => ({
      name: "old.csv",
      text: [...writeCsv(columns, rows, { run: 0 })].join(""),
    });
    expect(readTable(table, written(table), 0)).toEqual(rows);
    expect(readTable(table, written([share, name]), 0)).toEqual([{ name: "a", tries: 1, share: 0.5 }]);
    expect(readTable(table, written([name]), 0)).toEqual([{ name: "a", tries: 1, share: Number.NaN }]);
    expect(() => readTable(table, written([tries, share, twice]), 0)).toThrow("old.csv lacks the column name: run the");
    expect(() => readTable(table, { name: "old.csv", text: "name\na\n" }, 0)).toThrow("old.csv lacks the column run:");
  });

  test("that were cut off or are something else are refused by name", () => {
    const read = (content: string) => () => readTable(EVENTS, { name: "dir/events.csv", text: content }, 0);
    expect(read("")).toThrow("dir/events.csv is empty");
    expect(read("run,fact,t_s\n")).toThrow("dir/events.csv lacks the column component, kind, object, detail, cause");
    expect(read(`${HEADERS["events.csv"]}\n0,1,2\n`)).toThrow("dir/events.csv, record 2: 3 fields, not 8");
  });
});
