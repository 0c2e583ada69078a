package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.RegionId;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.peer.RemoteBlob;
import dev.meridian.node.routing.PeerNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A range of a blob from those who hold it. When one breaks off or makes no progress, the next goes
 * on at the byte where it stopped; each node is asked at most once. What comes is not verified.
 */
final class HolderStream extends InputStream {

  private static final Logger LOG = LoggerFactory.getLogger(HolderStream.class);

  private final Holders holders;
  private final PeerClient peers;
  private final ColdBlob blob;
  private final ByteRange range;
  private final Iterator<PeerNode> candidates;
  private final Set<RegionId> sources = new TreeSet<>();
  private Exception lastFailure;
  private PeerNode node;
  private RemoteBlob remote;
  private long position;

  private HolderStream(
      Holders holders,
      PeerClient peers,
      ColdBlob blob,
      ByteRange range,
      List<PeerNode> candidates) {
    this.holders = holders;
    this.peers = peers;
    this.blob = blob;
    this.range = range;
    this.candidates = candidates.iterator();
    this.position = range.first();
  }

  static HolderStream open(
      Holders holders,
      PeerClient peers,
      ColdBlob blob,
      ByteRange range,
      List<PeerNode> candidates) {
    HolderStream stream = new HolderStream(holders, peers, blob, range, candidates);
    if (!stream.openNext()) {
      throw new NoHolderException(
          "no region that holds " + blob + " can be reached: asked " + blob.holders(),
          stream.lastFailure);
    }
    return stream;
  }

  /** The region that is asked now. */
  RegionId region() {
    return node.region();
  }

  /** The regions that bytes came from so far. */
  Set<RegionId> sources() {
    return Set.copyOf(sources);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads what has come.
   *
   * @throws IOException when the last of the holders broke off
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (position <= range.last()) {
      try {
        int count = remote.stream().read(target, offset, length);
        if (count > 0) {
          position += count;
          sources.add(node.region());
          return count;
        }
        throw new IOException("the node ended its answer early");
      } catch (IOException e) {
        brokeOff(e);
      }
    }
    return -1;
  }

  private void brokeOff(IOException e) throws IOException {
    failed(e);
    closeQuietly();
    if (!openNext()) {
      throw new IOException(
          blob + " broke off at byte " + position + ": " + lastFailure.getMessage(), lastFailure);
    }
  }

  private boolean openNext() {
    while (candidates.hasNext()) {
      node = candidates.next();
      ByteRange rest = new ByteRange(position, range.last());
      try {
        remote =
            peers.openHeld(node, new BlobRequest(blob.digest(), rangeOf(rest), blob.revision()));
        if (remote.length() == rest.length()) {
          holders.answered(node.region());
          return true;
        }
        failed(new IOException("offered " + remote.length() + " bytes of " + rest.length()));
        closeQuietly();
      } catch (PeerUnreachableException | PeerRefusedException e) {
        failed(e);
      }
    }
    return false;
  }

  private Optional<ByteRange> rangeOf(ByteRange rest) {
    return rest.length() == blob.size() ? Optional.empty() : Optional.of(rest);
  }

  private void failed(Exception e) {
    LOG.warn("{} did not give {} from byte {} on: {}", node, blob, position, e.getMessage());
    lastFailure = e;
    holders.failed(Set.of(node.region()));
  }

  private void closeQuietly() {
    try {
      remote.close();
    } catch (IOException e) {
      LOG.debug("closing what {} sent", node, e);
    }
  }

  @Override
  public void close() throws IOException {
    remote.close();
  }
}
