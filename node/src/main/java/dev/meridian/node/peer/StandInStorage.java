package dev.meridian.node.peer;

import dev.meridian.model.RegionId;
import dev.meridian.node.routing.RegionMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Other regions whose object storage can take the place of this one's. */
public final class StandInStorage {

  private static final Executor THREADS = Thread::startVirtualThread;

  private final RegionMap regions;
  private final PeerClient peers;

  public StandInStorage(RegionMap regions, PeerClient peers) {
    this.regions = regions;
    this.peers = peers;
  }

  /**
   * The first region whose storage is said to answer; empty when none is. All are asked at the same
   * time, so that one that hangs holds up no other.
   *
   * @param allowed which regions may be taken
   */
  public Optional<RegionId> find(Predicate<RegionId> allowed) {
    CompletableFuture<Optional<RegionId>> found = new CompletableFuture<>();
    CompletableFuture<?>[] asked =
        regions.others().stream()
            .filter(allowed)
            .map(region -> CompletableFuture.runAsync(() -> ask(region, found), THREADS))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(asked).whenComplete((all, failure) -> found.complete(Optional.empty()));
    return found.join();
  }

  private void ask(RegionId region, CompletableFuture<Optional<RegionId>> found) {
    boolean answers =
        regions.shuffledNodesIn(region).stream()
            .takeWhile(node -> !found.isDone())
            .anyMatch(peers::storageAnswers);
    if (answers) {
      found.complete(Optional.of(region));
    }
  }
}
