package dev.meridian.loadtest.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures several targets in one run, a round each in turn (A B A B ...), so that what changes on
 * the machine meanwhile meets them all.
 */
public final class Experiment {

  private final LoadSettings load;
  private final Progress progress;

  /** An experiment with the same load for all targets. */
  public Experiment(LoadSettings load, Progress progress) {
    this.load = load;
    this.progress = progress;
  }

  /**
   * Runs all rounds.
   *
   * @return the measured rounds of each lane, in the order of the lanes
   * @throws IOException when a target cannot be reached at the beginning of a round
   */
  public List<List<RoundResult>> run(List<Lane> lanes) throws IOException {
    List<List<RoundResult>> results = new ArrayList<>();
    lanes.forEach(lane -> results.add(new ArrayList<>()));
    int rounds = load.warmUpRounds() + load.rounds();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < lanes.size(); i++) {
        Lane lane = lanes.get(i);
        boolean warmUp = round < load.warmUpRounds();
        String what = lane.target().name() + (warmUp ? ": warm-up " : ": round ") + (round + 1);
        double before = round * lanes.size() + i;
        double all = rounds * lanes.size();
        RoundResult result =
            lane.round(load, (ignored, part) -> progress.show(what, (before + part) / all));
        if (!warmUp) {
          results.get(i).add(result);
        }
      }
    }
    return results;
  }
}
