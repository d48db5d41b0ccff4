using AccessBroker.Audit;

namespace AccessBroker.Web.Schedules;

/// <summary>Why a run failed, for people who can do something about it. The server's own log has the rest.</summary>
internal static class ScheduleFaults
{
    /// <summary>ENOSPC, EFBIG and EDQUOT, which .NET passes on as they are; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.</summary>
    private static readonly int[] NoRoom = OperatingSystem.IsWindows() ? [unchecked((int)0x80070070), unchecked((int)0x80070027)] : [28, 27, 122];

    public static string Explain(Exception e) => e switch
    {
        ScheduleException or SigningStoppedException => e.Message,
        AuditUnavailableException => "The audit log could not be written, so nothing was exported. It is tried again.",
        InvalidDataException => "What is stored does not verify, so nothing was handed out. Tell the broker's administrator: the server's own log says which entry.",
        IOException io when NoRoom.Contains(io.HResult) => "There is no room left in its folder. Nothing half made was left; make room, and it is tried again.",
        IOException or UnauthorizedAccessException => "Its folder cannot be written: see that it is there and the server's user may write to it. It is tried again.",
        _ => "It failed on the server, whose own log says why. It is tried again.",
    };
}
