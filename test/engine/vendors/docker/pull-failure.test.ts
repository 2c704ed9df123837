import { describe, expect, test } from "vitest";
import { explainPull } from "../../../../src/engine/vendors/docker/pull-failure.ts";

describe("a pull that fails", () => {
  test.each([
    [
      "no-registry",
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
    ],
    ["no-registry", 'Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused'],
    ["no-registry", 'Get "https://r:5000/v2/": http: server gave HTTP response to HTTPS client'],
    ["no-registry", 'Get "https://r/v2/": x509: certificate signed by unknown authority'],
    [
      "no-registry",
      'Get "https://r/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    ["no-registry", 'Get "https://r/v2/": dial tcp 10.1.1.1:443: i/o timeout'],
    ["no-registry", 'Get "https://r/v2/": net/http: TLS handshake timeout'],
    ["no-such-tag", "manifest for postgres:99 not found: manifest unknown: manifest unknown"],
    ["no-such-tag", 'failed to resolve reference "r/app:2": r/app:2: not found'],
    ["no-such-tag", "no matching manifest for linux/arm64/v8 in the manifest list entries"],
    [
      "denied",
      "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["denied", 'Head "http://r/v2/app/manifests/1": no basic auth credentials'],
    ["denied", "unauthorized: authentication required"],
    ["denied", "error parsing HTTP 403 response body: unexpected end of JSON input"],
    ["broken-pull", "unexpected EOF"],
    ["broken-pull", "read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer"],
    ["broken-pull", "toomanyrequests: You have reached your pull rate limit"],
    ["broken-pull", "write /var/lib/docker/tmp/GetImageBlob1: no space left on device"],
  ])("is %s where Docker says %s", (reason, words) => {
    expect(explainPull("r/app:1", words, false)).toMatchObject({ kind: "image-unavailable", image: "r/app:1", reason });
  });

  test("because its registry went away in the middle is a broken pull", () => {
    const words = "dial tcp 127.0.0.1:5000: connect: connection refused";
    expect(explainPull("127.0.0.1:5000/app:1", words, true)).toMatchObject({ reason: "broken-pull" });
  });

  test("for want of a login says how to log in, and where", () => {
    expect(explainPull("r.example:5000/app:1", "unauthorized", false).hint).toContain("`docker login r.example:5000`");
    expect(explainPull("app:1", "unauthorized", false).hint).toContain("`docker login`");
  });
});
