package dev.meridian.controlplane.store;

import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.model.TagName;
import dev.meridian.proto.store.TagRecord;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Keys and values of the table of tags as bytes, and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TablesBenchmark {

  private final TagKey key = new TagKey(7, TagName.parse("v1.2.3"));
  private final TagRecord record =
      TagRecord.newBuilder()
          .setDigest("sha256:" + "0123456789abcdef".repeat(4))
          .setMediaType("application/vnd.oci.image.manifest.v1+json")
          .setRevision(1_000_000)
          .setTimeMs(1_700_000_000_000L)
          .setBy("alice")
          .build();
  private final byte[] writtenKey = Tables.TAGS.keys().encode(key);
  private final byte[] writtenRecord = Tables.TAGS.values().encode(record);

  @Benchmark
  public byte[] writeKey() {
    return Tables.TAGS.keys().encode(key);
  }

  @Benchmark
  public TagKey readKey() {
    return Tables.TAGS.keys().decode(writtenKey);
  }

  @Benchmark
  public byte[] writeValue() {
    return Tables.TAGS.values().encode(record);
  }

  @Benchmark
  public TagRecord readValue() {
    return Tables.TAGS.values().decode(writtenRecord);
  }
}
