package org.lanewise.cli.format;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.lanewise.io.FileAccess;
import org.tukaani.xz.XZInputStream;

/**
 * An archive as a folder: a {@code .zip} whose checksums are right, or a {@code .tar}, plain or
 * compressed by gzip or xz, that is unpacked until it is closed.
 */
public final class Archive implements Closeable {
    private static final String ZIP = ".zip";
    private static final List<String> NAMES = List.of(ZIP, ".tar", ".tar.gz", ".tgz", ".tar.xz",
            ".txz");
    /** Folders that a data set has at its top. */
    private static final Set<String> SETS = Set.of("train", "test");
    /** Four times what xz's highest level needs. */
    private static final int XZ_KILOBYTES = 256 * 1024;

    private final Path file;
    private final Path folder;
    private final Closeable opened;

    private Archive(Path file, Path folder, Closeable opened) {
        this.file = file;
        this.folder = folder;
        this.opened = opened;
    }

    /** Whether a file is an archive by its name. */
    public static boolean isArchive(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return NAMES.stream().anyMatch(name::endsWith) && !Files.isDirectory(file);
    }

    /**
     * Opens an archive.
     *
     * @param target a file next to which there is room for what is unpacked
     * @throws IOException if it is damaged or holds more than files and folders; the message begins
     *         with the path
     */
    public static Archive open(Path file, Path target) throws IOException {
        FileAccess.requireFile(file);
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ZIP)
                ? zip(file)
                : tar(file, target);
    }

    private static Archive zip(Path file) throws IOException {
        try {
            requireChecksums(file);
            FileSystem archive = FileSystems.newFileSystem(file);
            return new Archive(file, archive.getRootDirectories().iterator().next(), archive);
        } catch (ZipException e) {
            throw new IOException(file + ": is no .zip archive: " + e.getMessage(), e);
        } catch (ProviderNotFoundException e) {
            throw new IOException(file + ": this Java reads no archives (module jdk.zipfs); unpack"
                    + " it and give the folder", e);
        }
    }

    /** What a file system of Java reads from an archive, it does not compare with its checksum. */
    private static void requireChecksums(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = file + ": " + entry.getName().replaceAll("\\p{Cntrl}", "?");
                CRC32 found = new CRC32();
                try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), found)) {
                    in.transferTo(OutputStream.nullOutputStream());
                } catch (ZipException | EOFException e) {
                    throw new IOException(name + " is damaged: " + e.getMessage(), e);
                }
                if (found.getValue() != entry.getCrc()) {
                    throw new IOException(name + " is damaged: the CRC-32 of its content is "
                            + found.getValue() + ", the archive says " + entry.getCrc());
                }
            }
        }
    }

    private static Archive tar(Path file, Path target) throws IOException {
        Path folder = Files.createTempDirectory(target.toAbsolutePath().getParent(),
                ".lanewise-unpacked-");
        Thread atExit = new Thread(() -> delete(folder));
        Runtime.getRuntime().addShutdownHook(atExit);
        Archive archive = new Archive(file, folder, () -> {
            delete(folder);
            Runtime.getRuntime().removeShutdownHook(atExit);
        });
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                InputStream plain = decompressed(file, in)) {
            new TarReader(file, plain).unpack(folder);
            return archive;
        } catch (IOException e) {
            archive.close();
            throw e;
        }
    }

    private static InputStream decompressed(Path file, InputStream in) throws IOException {
        in.mark(6);
        String head = new String(in.readNBytes(6), StandardCharsets.ISO_8859_1);
        in.reset();
        try {
            if (head.startsWith("\u001f\u008b")) {
                return new GZIPInputStream(in, 1 << 16);
            }
            return head.equals("\u00fd7zXZ\0") ? new XZInputStream(in, XZ_KILOBYTES) : in;
        } catch (IOException e) {
            throw TarReader.damaged(file, e);
        }
    }

    /** Where that fails, files are left that are of no more use. */
    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException _) {
            // Said above.
        }
    }

    /**
     * The folder that holds what is in the archive; where all of it is in one folder, as is usual in archives that
     * are published, that folder.
     */
    public Path content() throws IOException {
        Path content = folder;
        while (true) {
            List<Path> entries;
            try (Stream<Path> all = Files.list(content)) {
                entries = all.limit(2).toList();
            }
            if (entries.size() != 1 || !Files.isDirectory(entries.getFirst())
                    || SETS.contains(name(entries.getFirst()))) {
                return content;
            }
            content = entries.getFirst();
        }
    }

    /** The last part of a path, without the slash that ends those of folders in a .zip. */
    private static String name(Path path) {
        return path.getFileName().toString().replace("/", "");
    }

    /** A failure whose message names the archive where it named a file that was unpacked. */
    public IOException explain(IOException failure) {
        String unpacked = folder.toString() + folder.getFileSystem().getSeparator();
        return failure.getMessage() != null && unpacked.length() > 2
                && failure.getMessage().startsWith(unpacked)
                        ? new IOException(file + ": "
                                + failure.getMessage().substring(unpacked.length()), failure)
                        : failure;
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
