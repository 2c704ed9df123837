import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DockerApi } from "./docker-api.ts";
import { type ImageWish, loadImage } from "./load-image.ts";

const scripts = join(import.meta.dirname, "images");
const ms = 1_000_000;

/** A busybox whose command is a script of images/. */
function busyboxThat(script: string, config: ImageWish["config"] = {}): ImageWish {
  return {
    programs: ["busybox"],
    layers: [scriptLayer(script)],
    config: { Entrypoint: [`/usr/local/bin/${script}`], ...config },
  };
}

function scriptLayer(script: string): Record<string, string> {
  return { [`usr/local/bin/${script}`]: readFileSync(join(scripts, `${script}.sh`), "utf8") };
}

/** The images that tests run. All are made of programs of this machine's packages; the servers are real ones. */
const images = {
  /** A shell and some three hundred tools; index.html in /www. */
  busybox: { programs: ["busybox"], config: { Cmd: ["sh"] } },
  /** As the official image: port 6379, data in the volume /data, run as the user `redis`. */
  redis: {
    programs: ["busybox", "redis"],
    layers: [scriptLayer("redis-entrypoint")],
    config: {
      Entrypoint: ["/usr/local/bin/redis-entrypoint"],
      Cmd: ["redis-server"],
      ExposedPorts: { "6379/tcp": {} },
      Volumes: { "/data": {} },
      WorkingDir: "/data",
    },
  },
  /** As the official image: port 5432, POSTGRES_USER, _PASSWORD, _DB and _HOST_AUTH_METHOD, data in a volume. */
  postgres: {
    programs: ["busybox", "postgres"],
    layers: [scriptLayer("postgres-entrypoint")],
    config: {
      Entrypoint: ["/usr/local/bin/postgres-entrypoint"],
      Cmd: ["postgres"],
      Env: ["PGDATA=/var/lib/postgresql/data"],
      ExposedPorts: { "5432/tcp": {} },
      StopSignal: "SIGINT",
      Volumes: { "/var/lib/postgresql/data": {} },
    },
  },
  /** Serves a page on port 80 (PORT), and stops when asked to. */
  web: busyboxThat("web", { ExposedPorts: { "80/tcp": {} } }),
  /** Serves a page on port 80, and has no other program inside: no shell, nothing that an exec probe could run. */
  get bare() {
    return {
      layers: [{ httpd: readFileSync("/usr/bin/busybox"), "www/index.html": "hello from a bare container\n" }],
      config: {
        Entrypoint: ["/httpd", "-f", "-p", "80", "-h", "/www"],
        ExposedPorts: { "80/tcp": {} },
        StopSignal: "SIGKILL",
      },
    };
  },
  /** Ends only by SIGKILL. */
  "ignores-sigterm": busyboxThat("ignores-sigterm"),
  /** Has a HEALTHCHECK: healthy after HEALTHY_AFTER seconds (0), for HEALTHY_FOR seconds; while /tmp/healthy is there. */
  healthchecked: busyboxThat("healthchecked", {
    Healthcheck: { Test: ["CMD", "test", "-e", "/tmp/healthy"], Interval: 200 * ms, Timeout: 2000 * ms, Retries: 2 },
  }),
  /** Declares the volume /data, and prints how often it was started with it. */
  "keeps-data": busyboxThat("keeps-data", { Volumes: { "/data": {} } }),
  /** Prints LINES lines (1) of LINE_BYTES bytes (ten million), then `done`. */
  floods: busyboxThat("floods"),
} satisfies Record<string, ImageWish>;

export type TestImage = keyof typeof images;

/** Puts images into an engine under `<name>:latest`; those that are in it already cost nothing. */
export async function loadTestImages(api: DockerApi, ...names: TestImage[]): Promise<void> {
  for (const name of names) await loadImage(api, `${name}:latest`, images[name]);
}

/** What a test image is made of, to make another one from it. */
export function testImage(name: TestImage): ImageWish {
  return images[name];
}
