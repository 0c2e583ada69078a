package dev.meridian.loadtest;

import dev.meridian.loadtest.compare.Storage;
import dev.meridian.loadtest.http.Origin;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The S3 server of a comparison. Its keys come from the environment, where few can read them. */
final class S3Options {

  private static final String ACCESS_KEY = "LOADTEST_S3_ACCESSKEY";
  private static final String SECRET_KEY = "LOADTEST_S3_SECRETKEY";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "The S3 server; its keys are taken from " + ACCESS_KEY + " and " + SECRET_KEY + ".")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--s3-buckets",
      paramLabel = "THEIRS,OURS",
      split = ",",
      description =
          "Two buckets that exist, of docker-registry and of Meridian. What is pushed stays there.")
  private List<String> buckets = List.of();

  @Option(
      names = "--s3-region",
      defaultValue = "us-east-1",
      description = "As requests are signed; default ${DEFAULT-VALUE}.")
  private String region;

  /** The storage that was named. */
  Storage.S3 storage() {
    if (endpoint.isEmpty() || buckets.size() != 2 || buckets.getFirst().equals(buckets.getLast())) {
      throw new ParameterException(
          spec.commandLine(),
          "--storage s3 needs --s3-endpoint, and --s3-buckets with two different buckets");
    }
    return new Storage.S3(
        origin(endpoint.get()),
        region,
        buckets.getFirst(),
        buckets.getLast(),
        fromEnvironment(ACCESS_KEY),
        fromEnvironment(SECRET_KEY));
  }

  private Origin origin(URI uri) {
    try {
      return Origin.of(uri);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--s3-endpoint: " + e.getMessage(), e);
    }
  }

  private String fromEnvironment(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--storage s3 needs " + name + " in the environment");
    }
    return value;
  }
}
