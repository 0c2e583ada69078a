package dev.meridian.controlplane;

import dev.meridian.model.Digest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Digests from text and back, which each request and each row does. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DigestBenchmark {

  private final String text = "sha256:" + "0123456789abcdef".repeat(4);
  private final Digest digest = Digest.parse(text);

  @Benchmark
  public Digest parse() {
    return Digest.parse(text);
  }

  @Benchmark
  public String write() {
    return digest.toString();
  }
}
