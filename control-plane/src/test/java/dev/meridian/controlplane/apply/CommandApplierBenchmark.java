package dev.meridian.controlplane.apply;

import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Entries of tag moves applied to a store on disk, without the log; times are of one command. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CommandApplierBenchmark {

  private static final String REPOSITORY = "a/b";
  private static final int ENTRY = 64;
  private static final int TAGS = 1_024;
  private static final List<String> MANIFESTS = List.of("one", "other");

  @Param({"set-tags", "put-manifest"})
  private String operation;

  private Path directory;
  private AppliedStore store;
  private long number;

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("apply");
    store = new AppliedStore(directory.resolve("db"));
    for (String manifest : MANIFESTS) {
      store.accepted(Operations.put(Operations.manifest(REPOSITORY, manifest)));
    }
  }

  /** Each command changes its tag. */
  @Benchmark
  @OperationsPerInvocation(ENTRY)
  public List<CommandOutcome> apply() {
    return store.apply(IntStream.range(0, ENTRY).mapToObj(i -> next()).toList());
  }

  private Command next() {
    String tag = "t" + number % TAGS;
    String manifest = MANIFESTS.get((int) (number++ / TAGS % MANIFESTS.size()));
    return store.command(
        switch (operation) {
          case "set-tags" -> Operations.setTags(Operations.move(REPOSITORY, tag, manifest));
          case "put-manifest" ->
              Operations.put(Operations.manifest(REPOSITORY, manifest).addTags(tag));
          default -> throw new IllegalArgumentException("no operation " + operation);
        });
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
