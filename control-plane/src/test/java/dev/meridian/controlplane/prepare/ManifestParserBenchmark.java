package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Manifests as images have them, with few and with many layers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ManifestParserBenchmark {

  private static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

  @Param({"3", "60"})
  private int layers;

  private final ManifestParser parser = new ManifestParser();
  private ByteString manifest;

  @Setup
  public void write() {
    String list =
        IntStream.range(0, layers)
            .mapToObj(i -> descriptor("application/vnd.oci.image.layer.v1.tar+gzip", i + 1))
            .collect(Collectors.joining(","));
    manifest =
        ByteString.copyFromUtf8(
            """
            {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
            """
                .formatted(
                    MEDIA_TYPE, descriptor("application/vnd.oci.image.config.v1+json", 0), list));
  }

  @Benchmark
  public Object parse() throws RefusedException {
    return parser.parse(manifest, MEDIA_TYPE);
  }

  private static String descriptor(String mediaType, int number) {
    return """
    {"mediaType":"%s","digest":"sha256:%064x","size":%d}\
    """
        .formatted(mediaType, number, 1_000 + number);
  }
}
