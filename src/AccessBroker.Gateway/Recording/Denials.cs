using AccessBroker.Access;
using AccessBroker.Audit;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Gateway;

/// <summary>Refuses a request: one entry on the customer's trail, then the problem document.</summary>
internal sealed class Denials(IAuditLog log, DenialThrottle throttle, TimeProvider time)
{
    public async Task RefuseAsync(Arrival arrival, Caller caller, Verdict verdict)
    {
        var problem = Problem.Of(verdict);
        var requestId = arrival.Context.TraceIdentifier;
        if (caller.Token is not null || throttle.MayRecord(arrival.Host.Trail, arrival.Address, arrival.Now))
        {
            var id = Guid.CreateVersion7(time.GetUtcNow());
            try
            {
                await log.AppendAsync(Entries.Denied(arrival, caller, verdict, problem.Status, id), CancellationToken.None);
                requestId = id.ToString("D");
            }
            catch (AuditUnavailableException)
            {
                // Still refused; but an answer that says why would be one that nobody recorded.
                problem = Problem.AuditUnavailable with { Detail = "The request was refused, and the refusal could not be recorded in time. Nothing was forwarded." };
            }
        }

        await problem.WriteAsync(arrival.Context, requestId);
    }
}
