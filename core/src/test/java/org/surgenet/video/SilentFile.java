package org.surgenet.video;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.surgenet.video.naming.VideoInput;

/** A file of a file system that does not answer until it is told to. */
final class SilentFile extends FileSystem {
    private final Path real;
    private final CountDownLatch answer = new CountDownLatch(1);
    private final FileSystemProvider provider = new Provider();

    SilentFile(Path real) {
        this.real = real;
    }

    /** From now on every question is answered: there is no such file. */
    void answer() {
        answer.countDown();
    }

    Path path() {
        return (Path)
                Proxy.newProxyInstance(
                        SilentFile.class.getClassLoader(),
                        new Class<?>[] {Path.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("getFileSystem")) {
                                return this;
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private <T> T none() {
        boolean waiting = true;
        while (waiting) {
            try {
                answer.await();
                waiting = false;
            } catch (InterruptedException e) {
                // As a call of the system: nothing ends it.
                continue;
            }
        }
        throw new UnsupportedOperationException("no such file");
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return none();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return none();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return none();
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        return none();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return none();
    }

    @Override
    public WatchService newWatchService() {
        return none();
    }

    private final class Provider extends FileSystemProvider {
        @Override
        public String getScheme() {
            return "silent";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            return none();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return none();
        }

        @Override
        public Path getPath(URI uri) {
            return none();
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
            return none();
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(
                Path folder, DirectoryStream.Filter<? super Path> filter) {
            return none();
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) {
            none();
        }

        @Override
        public void delete(Path path) {
            none();
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            none();
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) {
            none();
        }

        @Override
        public boolean isSameFile(Path path, Path other) {
            return none();
        }

        @Override
        public boolean isHidden(Path path) {
            return none();
        }

        @Override
        public FileStore getFileStore(Path path) {
            return none();
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) {
            none();
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(
                Path path, Class<V> type, LinkOption... options) {
            return none();
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(
                Path path, Class<A> type, LinkOption... options) {
            return none();
        }

        @Override
        public Map<String, Object> readAttributes(
                Path path, String attributes, LinkOption... options) {
            return none();
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
            none();
        }
    }

    /** The video as it would be listed. */
    VideoInput input(String name) {
        return new VideoInput(path(), name + ".mp4", name, name, "", 1L << 30);
    }
}
