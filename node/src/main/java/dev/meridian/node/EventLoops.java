package dev.meridian.node;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** How a node runs Vert.x. */
final class EventLoops {

  private EventLoops() {}

  /** Files are read where they are: Vert.x would keep copies in a directory of its own. */
  static Vertx start() {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
