package dev.meridian.deploy;

import dev.meridian.deploy.settings.LogSettings;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The training run of an AOT cache (JEP 514): does once what a server does in its first seconds, so
 * that a JVM that writes down what it loads and compiles sees it. The launcher calls it.
 */
@Command(
    name = "train",
    hidden = true,
    description =
        "Starts a small cluster on free ports of 127.0.0.1, pushes and pulls images, and stops.")
final class TrainCommand implements Callable<Integer> {

  private static final List<RegionId> REGIONS =
      List.of(RegionId.parse("here"), RegionId.parse("there"));
  private static final String IMAGES = "/v2/training/image";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** The JVM compiles what ran often, and writes that down too. */
  private static final int ROUNDS = 100;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "An empty directory; what is in it afterwards is of no use.")
  private Path data;

  @Override
  public Integer call() throws StartException, IOException, InterruptedException {
    Logging.configure(new LogSettings(LogSettings.Level.WARN, LogSettings.Format.TEXT));
    DevPorts ports = DevPorts.free(REGIONS.size());
    DevCluster.Options options = new DevCluster.Options(REGIONS, ports, data, Map.of(), false);
    try (DevCluster _ = DevCluster.start(options, region -> {});
        HttpClient client = HttpClient.newHttpClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        RegionId region = REGIONS.get(round % REGIONS.size());
        pushAndPull(new Client(client, options.url(region)), round);
      }
    }
    return 0;
  }

  private static void pushAndPull(Client client, int round)
      throws IOException, InterruptedException {
    byte[] config = "{\"round\":%d}".formatted(round).getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(Digest.Algorithm.SHA256, config);
    client.send("HEAD", IMAGES + "/blobs/" + digest, 404, BodyPublishers.noBody());
    String session =
        client
            .send("POST", IMAGES + "/blobs/uploads/", 202, BodyPublishers.noBody())
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> new IOException("an upload was begun without a Location"));
    client.send(
        "PUT",
        session + (session.contains("?") ? "&" : "?") + "digest=" + digest,
        201,
        BodyPublishers.ofByteArray(config));
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s", "layers": [], "config":
          {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d}}\
        """
            .formatted(MANIFEST, digest, config.length);
    String tag = IMAGES + "/manifests/v" + round % 10;
    client.send("PUT", tag, 201, BodyPublishers.ofString(manifest));
    client.send("HEAD", tag, 200, BodyPublishers.noBody());
    client.send("GET", tag, 200, BodyPublishers.noBody());
    client.send("GET", IMAGES + "/blobs/" + digest, 200, BodyPublishers.noBody());
    client.send("GET", IMAGES + "/tags/list?n=5", 200, BodyPublishers.noBody());
    client.send("GET", "/v2/_catalog?n=5", 200, BodyPublishers.noBody());
    client.send("GET", "/metrics", 200, BodyPublishers.noBody());
  }

  /** Requests of one region, each with the answer that it must have. */
  private record Client(HttpClient http, String url) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    HttpResponse<byte[]> send(String method, String path, int expected, BodyPublisher body)
        throws IOException, InterruptedException {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url).resolve(path))
              .timeout(PATIENCE)
              .header("Content-Type", body.contentLength() == 0 ? "text/plain" : MANIFEST)
              .method(method, body)
              .build();
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() != expected) {
        throw new IOException(
            method + " " + path + ": got " + answer.statusCode() + ", expected " + expected);
      }
      return answer;
    }
  }
}
