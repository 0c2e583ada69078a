package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against processes with a heap of 512 MiB, which ends the one that runs out of it. */
class BoundedMemoryIT {

  private static final String REPOSITORY = "demo/slow";
  private static final int SLOW_ONES = 200;

  /** What the slow ones keep back until the fast one is done. */
  private static final int LAST = 100_000;

  private static final Pattern LOCATION = Pattern.compile("(?mi)^location: (\\S+)");

  @TempDir private Path directory;

  /** What the slow ones have sent when the fast one comes is more than the heap has room for. */
  @Test
  void slowUploadsNeitherFillTheHeapNorHoldUpAFastOne() throws Exception {
    slowUploads(3 << 20);
  }

  @Test
  @Tag("full")
  void largeSlowUploadsNeitherFillTheHeapNorHoldUpAFastOne() throws Exception {
    slowUploads(24 << 20);
  }

  @Test
  @Tag("full")
  void streamsALayerOfFiveGigabytes() throws Exception {
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient client = cluster.client(0);
      String digest = client.streamBlob(REPOSITORY, 5L << 30);
      assertThat(client.status("/v2/" + REPOSITORY + "/blobs/" + digest)).isEqualTo(200);
    }
  }

  private void slowUploads(int size) throws Exception {
    int sent = size - LAST;
    byte[] body = TestImage.of(1, size).layer();
    String digest = TestImage.digest(body);
    Queue<SlowUpload> opened = new ConcurrentLinkedQueue<>();
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      RegistryClient client = cluster.client(0);
      List<SlowUpload> slow =
          inParallel(
              Collections.nCopies(SLOW_ONES, client), each -> begin(each, opened, body, sent));

      TestImage fast = TestImage.of(2, 20 << 20);
      client.push(REPOSITORY, "fast", fast);
      assertThat(cluster.client(1).blob(REPOSITORY, TestImage.digest(fast.layer())))
          .isEqualTo(fast.layer());

      inParallel(slow, upload -> end(client, upload, Arrays.copyOfRange(body, sent, size), digest));
      assertThat(cluster.client(2).blob(REPOSITORY, digest)).isEqualTo(body);
    } finally {
      for (SlowUpload upload : opened) {
        upload.close();
      }
    }
  }

  private static SlowUpload begin(
      RegistryClient client, Queue<SlowUpload> opened, byte[] body, int sent) throws Exception {
    SlowUpload upload = SlowUpload.open(client.url(), client.startUpload(REPOSITORY), body.length);
    opened.add(upload);
    upload.send(body, 0, sent);
    return upload;
  }

  private static Void end(RegistryClient client, SlowUpload upload, byte[] rest, String digest)
      throws Exception {
    upload.send(rest, 0, rest.length);
    String answer = upload.answer();
    assertThat(answer).startsWith("HTTP/1.1 202 ");
    Matcher location = LOCATION.matcher(answer);
    assertThat(location.find()).as(answer).isTrue();
    client.finish(location.group(1), digest);
    return null;
  }

  private interface Step<T, R> {
    R of(T each) throws Exception;
  }

  private static <T, R> List<R> inParallel(List<T> all, Step<T, R> step) throws Exception {
    List<R> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<R>> steps = all.stream().<Callable<R>>map(each -> () -> step.of(each)).toList();
      for (Future<R> result : threads.invokeAll(steps)) {
        results.add(result.get());
      }
    }
    return results;
  }
}
