package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.http.Origin;

/** Where registries keep their blobs. */
public sealed interface Storage {

  /** Each in its own directory. */
  record Files() implements Storage {

    @Override
    public String toString() {
      return "file";
    }
  }

  /**
   * One S3 server, each in a bucket of its own. What is pushed stays there.
   *
   * @param dockerBucket of docker-registry, below a directory of its own for each start
   * @param meridianBucket of Meridian
   */
  record S3(
      Origin endpoint,
      String region,
      String dockerBucket,
      String meridianBucket,
      String accessKey,
      String secretKey)
      implements Storage {

    /** The same storage, reached elsewhere. */
    S3 at(Origin other) {
      return new S3(other, region, dockerBucket, meridianBucket, accessKey, secretKey);
    }

    /** Without the keys. */
    @Override
    public String toString() {
      return "S3";
    }
  }
}
