package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mutated requests: no answer is a 5xx, none tells of the inside, and the node goes on. */
class FuzzTest extends EdgeTest {

  /** Vert.x takes a made-up protocol's name over into its answer. */
  private static final Pattern STATUS = Pattern.compile("^\\S* ([0-9]{3}) ");

  /** Vert.x itself answers 501 to another protocol than HTTP/1. */
  private static final String NO_FAILURE = "[1234]..|501";

  private final AtomicInteger answered = new AtomicInteger();

  private static final String[] FRAGMENTS = {
    "..",
    "%2f",
    "%00",
    "%",
    "//",
    "/v2/",
    "\u0000",
    "é",
    " ",
    "\t",
    "?",
    "&",
    "=",
    "+",
    ":",
    "sha256:",
    "sha512:",
    "uploads",
    "blobs",
    "manifests",
    "tags/list",
    "referrers",
    "_catalog",
    "0-0",
    "bytes=",
    "-1",
    "99999999999999999999",
    "\"",
    "*",
    "W/",
    "{",
    "[",
    "null",
    "chunked",
    "Content-Range: 0-1\r\n",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Expect: 100-continue\r\n",
    "Range: bytes=0-\r\n",
    "Meridian-Min-Revision: c1.0.1\r\n",
    "If-Match: *\r\n",
    "If-None-Match: *\r\n",
    "digest=",
    "mount=",
    "from=",
    "tag=",
    "n=",
    "last="
  };

  /** Many at once, since a request that promises more than comes lasts until it is given up. */
  private static final int AT_ONCE = 64;

  private static final Duration GIVEN_UP = Duration.ofMillis(200);

  @Test
  void survivesTwoThousandMutatedRequests() throws Exception {
    fuzz(2_000, 1);
  }

  @Test
  @Tag("full")
  void survivesAHundredThousandMutatedRequests() throws Exception {
    fuzz(100_000, 2);
  }

  private void fuzz(int count, long seed) throws Exception {
    List<String> seeds = seeds();
    restart(GIVEN_UP, GIVEN_UP);
    Random random = new Random(seed);
    List<Future<?>> checks = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int i = 0; i < count; i++) {
        String request = seeds.get(random.nextInt(seeds.size()));
        int mutations = random.nextInt(5);
        for (int m = 0; m < mutations; m++) {
          request = mutated(request, random);
        }
        String sent = request;
        checks.add(clients.submit(() -> check(sent)));
      }
      for (Future<?> each : checks) {
        each.get();
      }
    }
    eventually(() -> assertThat(client.get("/v2/").status()).isEqualTo(200));
    assertThat(answered.get()).as("requests that were answered").isGreaterThan(count / 2);
  }

  private Void check(String request) throws IOException {
    String answer = answer(request);
    Matcher status = STATUS.matcher(answer);
    if (status.find()) {
      answered.incrementAndGet();
      assertThat(status.group(1)).as("status of %s", request).matches(NO_FAILURE);
    } else {
      assertThat(answer).as("answer to %s", request).isEmpty();
    }
    assertThat(answer)
        .as("answer to %s", request)
        .doesNotContain("Exception")
        .doesNotContain("dev.meridian.node")
        .doesNotContain("at java.")
        .doesNotContain(directory.toString())
        .doesNotContain("objects/0");
    return null;
  }

  private String answer(String request) throws IOException {
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.sendBytes(request.getBytes(StandardCharsets.ISO_8859_1));
      return request.startsWith("HEAD ") ? raw.head() : raw.answer();
    } catch (SocketException e) {
      // It was closed on what is not HTTP before all was sent.
      return "";
    }
  }

  private List<String> seeds() throws IOException {
    byte[] content = {'a', 'b', 'c'};
    Digest blob = client.pushBlob("demo/app", content);
    Digest image = push("demo/app", "1", image("one"));
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    String manifest = image("two");
    String wanted = "Content-Type: " + IMAGE + "\r\nContent-Length: " + manifest.length() + "\r\n";
    List<String> seeds = new ArrayList<>();
    seeds.add(request("GET /v2/", "", ""));
    seeds.add(request("GET /v2/_catalog?n=2&last=a", "", ""));
    seeds.add(request("GET /v2/demo/app/tags/list?n=2&last=a", "", ""));
    seeds.add(request("GET /v2/demo/app/manifests/1", "Accept: */*\r\n", ""));
    seeds.add(request("HEAD /v2/demo/app/manifests/" + image, "", ""));
    seeds.add(request("PUT /v2/demo/app/manifests/2", wanted, manifest));
    seeds.add(
        request("PUT /v2/demo/app/manifests/" + image + "?tag=3&tag=4", wanted, image("one")));
    seeds.add(request("DELETE /v2/demo/app/manifests/2", "", ""));
    seeds.add(request("GET /v2/demo/app/blobs/" + blob, "Range: bytes=0-1\r\n", ""));
    seeds.add(request("GET /v2/demo/app/referrers/" + image + "?artifactType=a/b", "", ""));
    seeds.add(
        request("POST /v2/demo/app/blobs/uploads/?digest=" + blob, "Content-Length: 3\r\n", "abc"));
    seeds.add(
        request(
            "POST /v2/demo/two/blobs/uploads/?mount=" + blob + "&from=demo/app",
            "Content-Length: 0\r\n",
            ""));
    seeds.add(request("PATCH " + location, "Content-Range: 0-2\r\nContent-Length: 3\r\n", "abc"));
    seeds.add(
        request("PATCH " + location, "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"));
    seeds.add(request("PUT " + location + "?digest=" + blob, "Content-Length: 3\r\n", "abc"));
    seeds.add(request("GET " + location, "", ""));
    seeds.add(request("GET /health/region", "", ""));
    seeds.add(request("GET /readyz?verbose", "", ""));
    return seeds;
  }

  private static String request(String line, String headers, String body) {
    return line + " HTTP/1.1\r\nHost: registry\r\n" + headers + "\r\n" + body;
  }

  private static String mutated(String request, Random random) {
    int at = random.nextInt(request.length());
    int end = Math.min(request.length(), at + 1 + random.nextInt(12));
    String before = request.substring(0, at);
    return switch (random.nextInt(5)) {
      case 0 -> before + FRAGMENTS[random.nextInt(FRAGMENTS.length)] + request.substring(at);
      case 1 -> before + FRAGMENTS[random.nextInt(FRAGMENTS.length)] + request.substring(end);
      case 2 -> before + request.substring(end) + " ";
      case 3 -> before + (char) random.nextInt(256) + request.substring(end);
      default ->
          before
              + request.substring(at, end).repeat(2 + random.nextInt(40))
              + request.substring(end);
    };
  }
}
