import { beforeAll, expect, test } from "vitest";
import type { DockerEngine } from "../../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** Takes orders over HTTP, keeps them in PostgreSQL and counts them in Redis, by their own protocols. */
const service = `
import { createServer } from "node:http";
import { connect } from "node:net";

const env = process.env;

/** One conversation: sends, and resolves once the answer is whole. */
function talk(host, port, first, answer) {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const socket = connect(Number(port), host, () => socket.write(first));
    socket.on("data", (bytes) => {
      got = Buffer.concat([got, bytes]);
      try {
        const done = answer(got, socket);
        if (done !== undefined) {
          resolve(done);
          socket.end();
        }
      } catch (error) {
        reject(error);
        socket.destroy();
      }
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed without an answer")));
  });
}

function redis(...words) {
  const text = words.map((word) => "$" + Buffer.byteLength(word) + "\\r\\n" + word + "\\r\\n").join("");
  return talk(env.REDIS_HOST, env.REDIS_PORT, "*" + words.length + "\\r\\n" + text, (got) => {
    const lines = got.toString().split("\\r\\n");
    if (lines.length < 2 || (lines[0][0] === "$" && lines[0] !== "$-1" && lines.length < 3)) return undefined;
    return lines[0][0] === "$" ? (lines[0] === "$-1" ? "0" : lines[1]) : lines[0].slice(1);
  });
}

function framed(type, text) {
  const body = Buffer.from(text + "\\0");
  const head = Buffer.alloc(type === "" ? 4 : 5);
  if (type !== "") head.write(type);
  head.writeInt32BE(body.length + 4, type === "" ? 0 : 1);
  return Buffer.concat([head, body]);
}

/** A simple query of PostgreSQL's protocol, version 3; the first column of all rows. */
function query(sql) {
  const version = Buffer.alloc(4);
  version.writeInt32BE(196608);
  const body = Buffer.concat([version, Buffer.from("user\\0shop\\0database\\0shop\\0\\0")]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  let at = 0;
  let isAsked = false;
  const rows = [];
  return talk(env.DB_HOST, env.DB_PORT, Buffer.concat([length, body]), (got, socket) => {
    while (got.length >= at + 5 && got.length >= at + 1 + got.readInt32BE(at + 1)) {
      const type = String.fromCharCode(got[at]);
      const end = at + 1 + got.readInt32BE(at + 1);
      const text = got.subarray(at + 5, end);
      at = end;
      if (type === "E") throw new Error(text.toString().replaceAll("\\0", " "));
      if (type === "D") rows.push(text.subarray(6, 6 + text.readInt32BE(2)).toString());
      if (type === "Z" && isAsked) return rows;
      if (type === "Z") {
        isAsked = true;
        socket.write(framed("Q", sql));
      }
    }
  });
}

await query("create table if not exists orders (item text)");
createServer(async (request, response) => {
  try {
    const item = new URL(request.url, "http://shop").searchParams.get("item");
    if (request.method === "POST") {
      await query("insert into orders values ('" + item + "')");
      await redis("INCR", "orders");
      await redis("SAVE");
      console.log("ordered " + item);
    }
    response.end(JSON.stringify({ items: await query("select item from orders order by item"), count: await redis("GET", "orders") }));
  } catch (error) {
    response.statusCode = 503;
    response.end(error.message);
  }
}).listen(Number(env.PORT), "127.0.0.1", () => console.log("open for business"));
`;

describeWith("docker", "a shop with PostgreSQL and Redis", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis", "postgres");
  }, 120_000);

  test("reads back what it has written after both were killed and the fleet was restarted", async () => {
    const yaml = (more: string): string => `
vendors:
  db:
    image: postgres
    ports: [5432]
    env: {POSTGRES_USER: shop, POSTGRES_HOST_AUTH_METHOD: trust${more}}
    ready: {exec: pg_isready -h db -U shop, interval: 200ms, timeout: 5s}
  redis: {image: redis, ports: [6379], ready: {exec: redis-cli ping, interval: 200ms, timeout: 5s}}
services:
  shop: {dir: ., run: "${process.execPath} shop.mjs", port: auto, depends_on: [db, redis], ready: {http: /}}
rerun: false
`;
    const fleet = await TestEngine.open(yaml(""), { "shop.mjs": service }, { dockerHost: docker.host });
    const all = ["db#1", "redis#1", "shop#1"];
    const untilAll = (): Promise<void> =>
      fleet.until("all are ready", () => all.every((unit) => fleet.phase(unit) === "ready"), 60_000);
    const ask = async (method: string, item = ""): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${fleet.port("shop#1")}/?item=${item}`, { method });
      return answer.ok ? await answer.json() : null;
    };
    await fleet.start();
    await untilAll();
    await ask("POST", "tea");
    expect(await ask("POST", "cups")).toEqual({ items: ["cups", "tea"], count: "2" });

    const before = ["db#1", "redis#1"].map((unit) => fleet.replica(unit).generation);
    for (const unit of ["db#1", "redis#1"]) {
      await docker.api.ask("POST", `/containers/${fleet.replica(unit).container?.id}/kill`);
    }
    await fleet.until(
      "both were started again",
      () => ["db#1", "redis#1"].every((unit, i) => fleet.replica(unit).generation > (before[i] ?? 0)),
      60_000,
    );
    await untilAll();
    await waitUntil(
      "it is all there",
      async () => {
        const said = await ask("GET");
        if (said !== null) expect(said).toEqual({ items: ["cups", "tea"], count: "2" });
        return said;
      },
      30_000,
    );

    await fleet.down();
    await fleet.openEngine();
    await fleet.start();
    await untilAll();
    expect(await ask("GET")).toEqual({ items: ["cups", "tea"], count: "2" });

    // An edit makes the database's container anew, and leaves what is in it.
    const container = fleet.replica("db#1").container?.id;
    fleet.write("orchestra.yml", yaml(", NEW: '1'"));
    await fleet.restart("db");
    await fleet.until("it is another container", () => fleet.replica("db#1").container?.id !== container, 60_000);
    await untilAll();
    expect(await ask("POST", "milk")).toEqual({ items: ["cups", "milk", "tea"], count: "3" });

    expect(fleet.output("shop#1")).toMatch(/ordered tea\n[\s\S]*ordered cups\n[\s\S]*ordered milk\n/);
    expect(fleet.output("redis#1").match(/Ready to accept connections/g)?.length).toBe(3);
    expect(fleet.output("db#1").match(/database system is ready to accept connections/g)?.length).toBe(4);
  }, 240_000);
});
