package dev.meridian.node.health;

import java.util.Map;

/**
 * What this node knows of its own health, its region's and its cluster's. Every method answers from
 * memory; the facts are gathered in the background.
 */
public interface HealthState {

  /** The process runs. */
  Checks live();

  /** This node has begun: it knows its cluster and has read metadata once. */
  Checks started();

  /**
   * This node can answer a digest read and is neither drained nor about to stop. Neither quorum nor
   * object storage is asked, so that an election or a dead bucket never takes all nodes out.
   */
  Checks ready();

  /** Services of this process by name, as {@code /health/instance} shows them. */
  Map<String, Boolean> instance();

  /** Services on the way of a request from end to end: a quorum and object storage. */
  Map<String, Boolean> endToEnd();

  /** Whether clients should be sent to this region. */
  RegionHealth region();

  /** From now on this node is not ready: it is about to stop. */
  void drain();

  /**
   * Whether requests may begin what this node does not do yet. Not when an operator drained it some
   * time ago; what it has begun goes on.
   */
  boolean takesNewWork();

  /** Whether this region's object storage answered last. */
  boolean storageUp();
}
