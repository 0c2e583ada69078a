package dev.meridian.controlplane.store;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;

/**
 * How a store uses memory and disk. A process may hold several stores, so they share one block
 * cache, and the unflushed rows of each are bounded over all its tables together.
 */
final class RocksSettings implements AutoCloseable {

  private static final long MEBIBYTE = 1L << 20;

  /** A bound: stores take as much as they have. A million manifests have about 400 MiB of rows. */
  private static final long BLOCK_CACHE = 256 * MEBIBYTE;

  /** Share of the cache in which indexes and filters are safe from the rows. */
  private static final double KEPT_FOR_INDEXES = 0.5;

  private static final long UNFLUSHED_ROWS = 32 * MEBIBYTE;
  private static final long WRITE_BUFFER = 16 * MEBIBYTE;

  /** Memory is taken in steps of this size by each table, and there are many small tables. */
  private static final long WRITE_BUFFER_STEP = 64 << 10;

  private static final long WRITE_AHEAD_LOG = 64 * MEBIBYTE;
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final int BACKGROUND_JOBS = 2;
  private static final int OPEN_FILES = 512;
  private static final int KEPT_INFO_LOGS = 3;

  private static final LRUCache SHARED_BLOCK_CACHE;

  static {
    RocksDB.loadLibrary();
    SHARED_BLOCK_CACHE = new LRUCache(BLOCK_CACHE, -1, false, KEPT_FOR_INDEXES);
  }

  private final BloomFilter bloomFilter = new BloomFilter(BLOOM_BITS_PER_KEY);
  private final List<ColumnFamilyOptions> families = new ArrayList<>();
  private final DBOptions database =
      new DBOptions()
          .setCreateIfMissing(true)
          .setCreateMissingColumnFamilies(true)
          .setDbWriteBufferSize(UNFLUSHED_ROWS)
          .setMaxTotalWalSize(WRITE_AHEAD_LOG)
          .setMaxBackgroundJobs(BACKGROUND_JOBS)
          .setMaxOpenFiles(OPEN_FILES)
          .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
          .setKeepLogFileNum(KEPT_INFO_LOGS)
          .setStatsDumpPeriodSec(0);

  DBOptions database() {
    return database;
  }

  /** Options of one more table. */
  ColumnFamilyOptions family() {
    BlockBasedTableConfig format =
        new BlockBasedTableConfig()
            .setBlockCache(SHARED_BLOCK_CACHE)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            // By blocks: whole ones are as large as their file, and are read for a single key.
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setPinTopLevelIndexAndFilter(true)
            .setFilterPolicy(bloomFilter);
    ColumnFamilyOptions options =
        new ColumnFamilyOptions()
            .setTableFormatConfig(format)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setWriteBufferSize(WRITE_BUFFER)
            .setArenaBlockSize(WRITE_BUFFER_STEP);
    families.add(options);
    return options;
  }

  @Override
  public void close() {
    database.close();
    families.forEach(ColumnFamilyOptions::close);
    bloomFilter.close();
  }
}
