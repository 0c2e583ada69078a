package dev.meridian.controlplane.store;

import dev.meridian.controlplane.store.Tables.Meta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** Every row of a store as a line of text: equal dumps mean equal bytes. */
public final class StoreDump {

  /** Rows that say where the log stands, which depends on how commands were put into entries. */
  private static final Set<String> POSITION =
      Set.of(Meta.APPLIED_TERM.name(), Meta.APPLIED_INDEX.name());

  private StoreDump() {}

  /** Every row. */
  public static List<String> of(MetadataDb db) {
    return of(db, Set.of());
  }

  /** Every row of the tables that are not left out. */
  public static List<String> of(MetadataDb db, Set<Table<?, ?>> without) {
    List<String> lines = new ArrayList<>();
    try (ReadView view = db.read()) {
      for (Table<?, ?> table : Tables.ALL) {
        if (!without.contains(table)) {
          view.visitRaw(table, table.all(), (key, value) -> lines.add(line(table, key, value)));
        }
      }
    }
    return lines;
  }

  /** Stands for every row, where many dumps would take too long. */
  public static long checksum(MetadataDb db) {
    CRC32C checksum = new CRC32C();
    try (ReadView view = db.read()) {
      for (Table<?, ?> table : Tables.ALL) {
        checksum.update(table.name().getBytes(StandardCharsets.UTF_8));
        view.visitRaw(
            table,
            table.all(),
            (key, value) -> {
              checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).flip());
              checksum.update(key);
              checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).flip());
              checksum.update(value);
              return true;
            });
      }
    }
    return checksum.getValue();
  }

  /** Every row but the position in the log. */
  public static List<String> withoutPosition(MetadataDb db) {
    return of(db).stream()
        .filter(line -> POSITION.stream().noneMatch(name -> line.startsWith("meta " + name + " ")))
        .toList();
  }

  private static String line(Table<?, ?> table, byte[] key, byte[] value) {
    String row = table.row(key, value).toString().replaceAll("ByteString@[0-9a-f]+|\n", " ");
    String readable = row.length() > 300 ? row.substring(0, 300) : row;
    String name = table.equals(Tables.META) ? table.row(key, value).key().toString() + " " : "";
    return table
        + " "
        + name
        + readable
        + " "
        + HexFormat.of().formatHex(key)
        + " "
        + value.length
        + ":"
        + Arrays.hashCode(value);
  }
}
