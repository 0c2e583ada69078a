package dev.meridian.node.http;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.UploadId;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.registry.Residency;
import dev.meridian.node.registry.StandIn;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadForwarder.Inbound;
import dev.meridian.node.registry.UploadForwarder.Outbound;
import dev.meridian.node.registry.UploadSession;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bytes of one request to a region whose storage answers, as its client would. A request
 * that another node passed on is left alone: two regions whose storage fails would pass it to and
 * fro.
 */
final class StandInRegion implements StandIn {

  private static final Logger LOG = LoggerFactory.getLogger(StandInRegion.class);

  private final Request request;
  private final UploadForwarder forwarder;
  private final Residency residency;

  StandInRegion(Request request, UploadForwarder forwarder, Residency residency) {
    this.request = request;
    this.forwarder = forwarder;
    this.residency = residency;
  }

  @Override
  public Optional<UploadSession> begin(
      RepositoryName repository, Digest.Algorithm algorithm, InputStream bytes, long length) {
    return region(repository)
        .flatMap(region ->
            begin(region, repository, algorithm)
                .flatMap(location -> append(region, location, bytes, length)))
        .map(reply ->
            new UploadSession(
                repository,
                UploadId.parse(reply.headers().get("docker-upload-uuid").getFirst()),
                location(reply).substring(uploads(repository).length()),
                length));
  }

  /** Where the session goes on. */
  private Optional<String> begin(
      RegionId region, RepositoryName repository, Digest.Algorithm algorithm) {
    String target = uploads(repository) + "?digest-algorithm=" + algorithm.label();
    return ask(region, 202, outbound("POST", target, Optional.empty(), OptionalLong.empty()))
        .map(StandInRegion::location);
  }

  private Optional<Inbound> append(
      RegionId region, String location, InputStream bytes, long length) {
    return ask(
        region, 202, outbound("PATCH", location, Optional.of(bytes), OptionalLong.of(length)));
  }

  @Override
  public boolean push(RepositoryName repository, Digest digest, InputStream bytes, long length) {
    String target = uploads(repository) + "?digest=" + digest;
    Outbound whole = outbound("POST", target, Optional.of(bytes), OptionalLong.of(length));
    return region(repository).flatMap(region -> ask(region, 201, whole)).isPresent();
  }

  private Optional<RegionId> region(RepositoryName repository) {
    return request.isForwarded()
        ? Optional.empty()
        : forwarder.otherStorage(residency.ofUploads(repository));
  }

  /** The answer if it is the expected one; the failure of this region's storage stands else. */
  private Optional<Inbound> ask(RegionId region, int expected, Outbound outbound) {
    Optional<Inbound> reply = forwarder.tryForward(region, outbound);
    reply.ifPresent(answer -> RevisionHeaders.passOn(answer.headers()));
    return reply.filter(answer -> {
      if (answer.status() != expected) {
        LOG.warn(
            "{} does not stand in for {}: {} {}",
            region,
            forwarder.own(),
            answer.status(),
            new String(answer.body(), StandardCharsets.UTF_8));
      }
      return answer.status() == expected;
    });
  }

  private Outbound outbound(
      String method, String target, Optional<InputStream> body, OptionalLong length) {
    Map<String, List<String>> headers = request.forwardedHeaders(forwarder.own());
    // The session there begins with these bytes, wherever they were to be in the one here.
    headers.remove("content-range");
    return new Outbound(method, target, headers, body, length);
  }

  private static String uploads(RepositoryName repository) {
    return "/v2/" + repository + "/blobs/uploads/";
  }

  /** As a path, also where it is a URL. */
  private static String location(Inbound reply) {
    return URI.create(reply.headers().get("location").getFirst()).getRawPath();
  }
}
