package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Crew;
import dev.meridian.loadtest.measure.Experiment;
import dev.meridian.loadtest.measure.Lane;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.RoundResult;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.measure.WorkerLane;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticContent;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.site.ScenarioSettings;
import dev.meridian.loadtest.site.Site;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One scenario at one or more targets, from its preparation to the removal of what it pushed. */
public record ScenarioRun(
    Scenario scenario,
    List<Target> targets,
    ScenarioSettings settings,
    LoadSettings load,
    boolean keep,
    Progress progress) {

  private static final int CREW = 16;

  /**
   * Runs it.
   *
   * @throws java.net.ConnectException when a target cannot be reached
   * @throws IOException when a target refuses what the scenario needs beforehand
   */
  public Report run() throws IOException {
    Instant started = Instant.now();
    for (Target target : targets) {
      ping(target);
    }
    SyntheticContent content = new SyntheticContent(settings.seed());
    List<Site> sites = new ArrayList<>();
    List<List<RoundResult>> results;
    try {
      results = measure(content, sites);
    } catch (IOException e) {
      cleanAfter(e, sites);
      throw e;
    }
    clean(sites);
    List<TargetReport> reports = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      reports.add(TargetReport.of(targets.get(i), results.get(i), sites.get(i).notes()));
    }
    return Report.of(scenario.name(), work(), started, settings.seed(), load, reports);
  }

  private List<List<RoundResult>> measure(SyntheticContent content, List<Site> sites)
      throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Target target : targets) {
      Site site = new Site(settings, content, new Crew(target, CREW, progress));
      sites.add(site);
      lanes.add(new WorkerLane(target, scenario.prepare(site)));
    }
    return new Experiment(load, progress).run(lanes);
  }

  private static void ping(Target target) throws IOException {
    for (int i = 0; i < target.origins().size(); i++) {
      try (OciClient client = target.newClient(i)) {
        client.ping();
      }
    }
  }

  private void clean(List<Site> sites) throws IOException {
    for (Site site : sites) {
      if (!keep) {
        site.leftovers().delete(site.crew()).ifPresent(site::note);
      }
    }
  }

  private void cleanAfter(IOException failure, List<Site> sites) {
    try {
      clean(sites);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private String work() {
    StringBuilder work = new StringBuilder(scenario.name());
    settings.sizes().ifPresent(sizes -> work.append(" of ").append(sizes.name()));
    settings.count().ifPresent(count -> work.append(" of ").append(count));
    if (scenario.name().startsWith("manifest-")) {
      work.append(settings.byDigest() ? " by digest" : " by tag");
    }
    return work.toString();
  }
}
