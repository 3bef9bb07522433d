import {
  FairleadError,
  type CommandAnswer,
  type CommandRequest,
  type Context,
  type Operation,
  type Share,
  type ShareRequest,
} from '@fairlead/core'
import { StatusError } from '../../src/memory/errors.ts'
import { MemoryFullConnection } from '../../src/memory/variants.ts'

export class LeaksSecret extends MemoryFullConnection {
  override toError(cause: unknown, at: Operation): FairleadError {
    const error = super.toError(cause, at)
    return new FairleadError(error.code, `${error.message} (key ${this.settings.key.reveal()})`, error)
  }
}

export class UnauthenticatedAsDenied extends MemoryFullConnection {
  override toError(cause: unknown, at: Operation): FairleadError {
    const error = super.toError(cause, at)
    return error.code === 'unauthenticated' ? new FairleadError('permission-denied', error.message, { status: 401 }) : error
  }
}

/** Gets its first token and never another. */
export class RefreshesOnce extends MemoryFullConnection {
  #refreshed = false

  override async doRefresh(): Promise<void> {
    if (this.#refreshed) return
    this.#refreshed = true
    await super.doRefresh()
  }
}

export class ForgetsRetryAfter extends MemoryFullConnection {
  override toError(cause: unknown, at: Operation): FairleadError {
    return super.toError(cause instanceof StatusError ? new StatusError(cause.status, cause.message, undefined) : cause, at)
  }
}

export class GivesUpAtOnce extends MemoryFullConnection {
  override toError(cause: unknown, at: Operation): FairleadError {
    const error = super.toError(cause, at)
    return error.code === 'unavailable' ? new FairleadError('unexpected', error.message) : error
  }
}

export class RevokeDoesNothing extends MemoryFullConnection {
  override async doRevokeShare(_id: string, _context: Context): Promise<void> {
    this.host.log.debug('nothing is taken back')
  }
}

/** The link says when it ends, and goes on. */
export class ExpiryIgnored extends MemoryFullConnection {
  override async doShare({ expires, ...request }: ShareRequest, context: Context): Promise<Share> {
    return { ...(await super.doShare(request, context)), ...(expires !== undefined && { expires }) }
  }
}

export class ThrowsPlainErrors extends MemoryFullConnection {
  override toError(cause: unknown, at: Operation): FairleadError {
    if (cause instanceof StatusError && cause.status === 403) throw cause
    return super.toError(cause, at)
  }
}

/** Its answer is printed as another one than programs get. */
export class AnswersWithDates extends MemoryFullConnection {
  override async doCommand(request: CommandRequest, context: Context): Promise<CommandAnswer> {
    return { data: { ...(await super.doCommand(request, context)).data, at: new Date(0) } }
  }
}

export class AnswersWithSecret extends MemoryFullConnection {
  override async doCommand(request: CommandRequest, context: Context): Promise<CommandAnswer> {
    return { ...(await super.doCommand(request, context)), text: `counted with ${this.settings.key.reveal()}` }
  }
}
