package dev.meridian.node.registry;

import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import java.io.InputStream;
import java.util.Optional;

/** Another region, which takes the bytes of a request that this region's storage did not take. */
public interface StandIn {

  /**
   * Begins a session there with these bytes.
   *
   * @param length how many there are
   * @return where its client goes on; empty when no region takes them
   */
  Optional<UploadSession> begin(
      RepositoryName repository, Digest.Algorithm algorithm, InputStream bytes, long length);

  /**
   * Makes a blob there of these bytes.
   *
   * @param length how many there are
   * @return false when no region takes them
   */
  boolean push(RepositoryName repository, Digest digest, InputStream bytes, long length);
}
