package dev.meridian.loadtest.measure;

import dev.meridian.loadtest.oci.OciClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Does the many small things before and after the measurement, some at a time. */
public final class Crew {

  private static final int SHOW_EVERY = 64;

  private final Target target;
  private final int size;
  private final Progress progress;

  /** A crew of so many threads. */
  public Crew(Target target, int size, Progress progress) {
    this.target = target;
    this.size = size;
    this.progress = progress;
  }

  /** One of the things to do. */
  @FunctionalInterface
  public interface Task {

    /** Does the thing of that number, with a client that no other thread uses now. */
    void perform(OciClient client, int number) throws IOException;
  }

  /** The target that this crew works at. */
  public Target target() {
    return target;
  }

  /**
   * Does things 0 to count - 1, in about that order.
   *
   * @throws IOException the first failure; what had begun by then is still finished
   */
  public void forEach(String what, int count, Task task) throws IOException {
    AtomicLong next = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> ends = new ArrayList<>();
      for (int i = 0; i < Math.min(size, count); i++) {
        ends.add(threads.submit(() -> perform(what, count, task, next)));
      }
      for (Future<Void> end : ends) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      throw (InterruptedIOException)
          new InterruptedIOException(what + " was broken off").initCause(e);
    }
  }

  private Void perform(String what, int count, Task task, AtomicLong next) throws IOException {
    try (OciClient client = target.newClient()) {
      for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        task.perform(client, (int) i);
        if (i % SHOW_EVERY == 0) {
          show(what, (double) i / count);
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      next.set(count); // the others need not go on
      throw e;
    }
  }

  private synchronized void show(String what, double fraction) {
    progress.show(target.name() + ": " + what, fraction);
  }

  private static IOException rethrown(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException("a task failed in an unexpected way", cause);
    };
  }
}
