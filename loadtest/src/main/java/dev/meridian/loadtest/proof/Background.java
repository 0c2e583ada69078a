package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.Pause;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What goes on beside the thread that leads a run; interrupted when the run ends. */
public final class Background implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Starts a task on a thread of its own. */
  public <T> Future<T> start(Callable<T> task) {
    return threads.submit(task);
  }

  /** Waits for a result; what the task threw is thrown here. */
  public static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw Pause.interrupted(e);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case IOException cause -> cause;
        case RuntimeException cause -> throw cause;
        default -> throw new IllegalStateException("a task failed in an unexpected way", e);
      };
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
