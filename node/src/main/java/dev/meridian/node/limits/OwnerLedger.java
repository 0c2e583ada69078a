package dev.meridian.node.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What other nodes tell this one, as the owner of keys. A report is counted once, however often it
 * comes: a node that got no answer sends the same again.
 */
final class OwnerLedger {

  private static final int MOST_NODES = 10_000;

  private final RateLimits limits;

  /** The last batch of each node that was counted. */
  private final Cache<String, Long> counted =
      Caffeine.newBuilder().maximumSize(MOST_NODES).executor(Runnable::run).build();

  OwnerLedger(RateLimits limits) {
    this.limits = limits;
  }

  /**
   * Counts a report and tells what is left.
   *
   * @throws PeerRefusedException when the text is no report; nothing is counted then
   */
  String answer(String text) {
    SettlementText.Report report;
    try {
      report = SettlementText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new PeerRefusedException(
          Reason.INVALID, "a report of rate limits: " + e.getMessage(), e);
    }
    boolean again = !isNew(report);
    List<OptionalLong> left = new ArrayList<>();
    for (SettlementText.Line line : report.lines()) {
      left.add(again ? left(line) : count(line));
    }
    return SettlementText.formatAnswer(left);
  }

  /** Batches of one node come one after the other, so an old number is a late one. */
  private synchronized boolean isNew(SettlementText.Report report) {
    Long last = counted.getIfPresent(report.sender());
    if (last != null && last >= report.batch()) {
      return false;
    }
    counted.put(report.sender(), report.batch());
    return true;
  }

  private OptionalLong count(SettlementText.Line line) {
    boolean counts = line.first() || !limits.knows(line.id());
    OptionalLong known = counts ? OptionalLong.of(line.known()) : OptionalLong.empty();
    return of(limits.open(line.id()).map(own -> own.settle(line.granted(), known)));
  }

  private OptionalLong left(SettlementText.Line line) {
    return of(limits.open(line.id()).map(Allowance::left));
  }

  private static OptionalLong of(Optional<Long> left) {
    return left.map(OptionalLong::of).orElse(OptionalLong.empty());
  }
}
