@echo off
rem Runs Lanewise's commands on Windows, as ./lanewise does elsewhere: finds a JDK 25, builds the
rem command-line jar when it is missing or older than the sources, and runs it. All arguments go to
rem the command. Two of these must not build at once.
rem
rem   LANEWISE_JAVA_OPTS   more flags for the JVM, as in -Xmx4g
setlocal
set "top=%~dp0"
set "jar=%top%target\lanewise-cli.jar"
rem Not the find of other systems, which may come first on the PATH.
set "find=%SystemRoot%\System32\find.exe"

set "jdk="
call :try "%JAVA_HOME%"
for %%j in (java.exe) do call :try "%%~dp$PATH:j.."
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\*" "%ProgramFiles%\Zulu\*" "%ProgramFiles%\Amazon Corretto\*" "%USERPROFILE%\.jdks\*") do call :try "%%~d"
if not defined jdk (
    echo lanewise needs JDK 25, and there is none to be found. Install it, as from https://adoptium.net;>&2
    echo a JDK elsewhere is found through JAVA_HOME.>&2
    exit /b 1
)

if not exist "%jar%" goto build
rem Folders count too: theirs is the only date that changes when a file is deleted.
powershell -NoProfile -Command "Set-Location -LiteralPath $env:top; $built = (Get-Item $env:jar).LastWriteTime; $sources = @(Get-Item pom.xml) + @(Get-ChildItem -Recurse src\build, src\main, src\assembly); exit @($sources | Where-Object LastWriteTime -gt $built).Count"
if not errorlevel 1 goto run

:build
echo Building Lanewise, which takes about a minute ...>&2
set "JAVA_HOME=%jdk%"
call mvn -q -B -f "%top%pom.xml" -Dmaven.test.skip -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip package 1>&2
if errorlevel 1 exit /b 1

:run
rem With arrays where G1 puts them, loops run fastest; java refuses to be given two collectors.
set "collector=-XX:+UseG1GC"
echo "%LANEWISE_JAVA_OPTS%" | %find% "-XX:+Use" | %find% "GC" >nul
if not errorlevel 1 set "collector="
"%jdk%\bin\java" "@%top%src\main\resources\org\lanewise\cli\command\image\java.args" %collector% %LANEWISE_JAVA_OPTS% -jar "%jar%" %*
exit /b %errorlevel%

rem Takes a folder for the JDK if none was taken before and it is one of release 25.
:try
if defined jdk exit /b 0
%find% "JAVA_VERSION=""25" "%~1\release" >nul 2>nul
if not errorlevel 1 set "jdk=%~1"
exit /b 0
