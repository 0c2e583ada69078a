package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import java.util.Optional;

/** Blobs of which this region has no copy, served from those that have one (DESIGN, "Node"). */
public interface ColdBlobs {

  /**
   * Opens a blob, or a range of it. The body's stream fails with an IOException, short of its last
   * bytes, when what came is not what the digest says or no holder goes on; whoever sends it then
   * resets the connection. As a side effect this region gets a copy of its own.
   *
   * @throws NoHolderException when no region that holds it can be reached
   */
  BlobBody open(ColdBlob blob, Optional<ByteRange> range);
}
